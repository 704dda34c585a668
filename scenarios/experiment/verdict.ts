import { SECOND } from "../../sim/time.ts";
import { clock } from "./clock.ts";
import type { LoadSummary } from "./result.ts";
import { chainTo, type Fact } from "./story.ts";

const OUTAGES = { complete: "outage-complete", partial: "outage-partial" } as const;

/** What happened, in a sentence: how bad it got, from when to when, and what it goes back to. */
export function verdictOf(loads: readonly LoadSummary[], journal: readonly Fact[], isOver: boolean): string {
  const sentences = loads.map((load) => verdictOn(load, journal));
  const interrupted = isOver ? [] : ["The run was interrupted, so this is what was known by then."];
  return [...sentences, ...interrupted].join(" ");
}

function verdictOn({ path, outage, goodput, worst }: LoadSummary, journal: readonly Fact[]): string {
  const share = goodput === null ? "nobody asked" : `${percent(goodput)} of its people were served`;
  if (outage === "none" || worst === null) return `${path}: no outage; ${share}.`;
  const span = `from ${clock(worst.from * SECOND)} to ${clock(worst.until * SECOND)}`;
  const fact = journal.find((entry) => entry.fact === OUTAGES[outage] && entry.component === path);
  const root = fact === undefined ? undefined : chainTo(journal, fact.id)[0];
  const origin = root === undefined || root === fact ? "" : ` It goes back to ${clock(root.at)}: ${root.text}.`;
  return `${path}: a ${outage} outage ${span}; over the whole run ${share}.${origin}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
