import { SECOND } from "../../sim/time.ts";
import { clock } from "./clock.ts";
import type { LoadSummary } from "./result.ts";
import { chainTo, type Fact } from "./story.ts";

const OUTAGES = { complete: "outage-complete", partial: "outage-partial" } as const;

/** How far a run came of what it should have covered, in microseconds. */
interface Extent {
  readonly reached: number;
  readonly duration: number;
}

/** What happened, in a sentence for each load: how bad it got, from when to when, and what it goes back to. */
export function verdictOf(loads: readonly LoadSummary[], journal: readonly Fact[], extent: Extent): string {
  const sentences = loads.map((load) => verdictOn(load, journal, extent));
  const interrupted =
    extent.reached < extent.duration
      ? [`The run was interrupted at ${clock(extent.reached)}; this is what was known by then.`]
      : [];
  return [...sentences, ...interrupted].join(" ");
}

/** The fact that announces the worst outage of a load; undefined if there was none, or it was not announced by the end. */
export function outageFactOf(journal: readonly Fact[], { path, outage, worst }: LoadSummary): Fact | undefined {
  if (outage === "none" || worst === null) return undefined;
  const [from, until] = [worst.from * SECOND, worst.until * SECOND];
  const announced = journal.filter(({ fact, component }) => fact === OUTAGES[outage] && component === path);
  return announced.find((fact) => (fact.until ?? until) > from) ?? announced[announced.length - 1];
}

function verdictOn(load: LoadSummary, journal: readonly Fact[], { reached }: Extent): string {
  const { path, outage, goodput, worst } = load;
  const served = goodput === null ? "nobody asked for anything" : `${percent(goodput)} of all people were served`;
  if (outage === "none" || worst === null) return `${path}: no outage; ${served}.`;
  const end = worst.until * SECOND + SECOND > reached ? "until the end" : `until ${clock(worst.until * SECOND)}`;
  const span = `from ${clock(worst.from * SECOND)} ${end}`;
  const fact = outageFactOf(journal, load);
  const root = fact === undefined ? undefined : chainTo(journal, fact.id)[0];
  const origin = root === undefined || root === fact ? "" : ` It goes back to ${clock(root.at)}: ${root.text}.`;
  const before = outage === "complete" ? partialBefore(load, journal) : "";
  return `${path}: ${before}a ${outage} outage ${span}; ${served} over the whole run.${origin}`;
}

/** A complete outage grows out of a partial one, sometimes much later: then that is half of the story. */
function partialBefore({ path, worst }: LoadSummary, journal: readonly Fact[]): string {
  const partial = journal.find(({ fact, component }) => fact === OUTAGES.partial && component === path);
  const since = partial?.figures.since;
  if (partial === undefined || since === undefined || worst === null || since + 10 > worst.from) return "";
  const held = partial.until === null || partial.until > worst.from * SECOND;
  return held ? `a partial outage since ${clock(since * SECOND)}, then ` : "";
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
