import { type Micros, SECOND } from "../../sim/time.ts";
import { clock } from "./clock.ts";
import type { OutageClass } from "./outage.ts";
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
  const sentences = loads.map((load) => verdictOn(loadVerdictOf(load, journal, extent)));
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

/** What is to be said of a load, before it is put into a language. */
export interface LoadVerdict {
  readonly path: string;
  readonly outage: OutageClass;
  /** "55.7 %" of all people were served; null if nobody asked for anything. */
  readonly served: string | null;
  /** The worst outage; `until` is null if it lasted until the end. */
  readonly worst: { readonly from: Micros; readonly until: Micros | null } | null;
  /** Since when the outage had been a partial one before, if it is a complete one that grew out of it. */
  readonly partialSince: Micros | null;
  /** What it goes back to. */
  readonly root: Fact | null;
}

/** What is to be said of a load. */
export function loadVerdictOf(load: LoadSummary, journal: readonly Fact[], { reached }: Extent): LoadVerdict {
  const { path, outage, goodput, worst } = load;
  const served = goodput === null ? null : percent(goodput);
  if (outage === "none" || worst === null) {
    return { path, outage: "none", served, worst: null, partialSince: null, root: null };
  }
  const until = worst.until * SECOND + SECOND > reached ? null : worst.until * SECOND;
  const fact = outageFactOf(journal, load);
  const root = fact === undefined ? undefined : chainTo(journal, fact.id)[0];
  return {
    path,
    outage,
    served,
    worst: { from: worst.from * SECOND, until },
    partialSince: outage === "complete" ? partialBefore(load, journal) : null,
    root: root === undefined || root === fact ? null : root,
  };
}

function verdictOn({ path, outage, served, worst, partialSince, root }: LoadVerdict): string {
  const share = served === null ? "nobody asked for anything" : `${served} of all people were served`;
  if (worst === null) return `${path}: no outage; ${share}.`;
  const end = worst.until === null ? "until the end" : `until ${clock(worst.until)}`;
  const before = partialSince === null ? "" : `a partial outage since ${clock(partialSince)}, then `;
  const origin = root === null ? "" : ` It goes back to ${clock(root.at)}: ${root.text}.`;
  return `${path}: ${before}a ${outage} outage from ${clock(worst.from)} ${end}; ${share} over the whole run.${origin}`;
}

/** A complete outage grows out of a partial one, sometimes much later: then that is half of the story. */
function partialBefore({ path, worst }: LoadSummary, journal: readonly Fact[]): Micros | null {
  const partial = journal.find(({ fact, component }) => fact === OUTAGES.partial && component === path);
  const since = partial?.figures.since;
  if (partial === undefined || since === undefined || worst === null || since + 10 > worst.from) return null;
  const held = partial.until === null || partial.until > worst.from * SECOND;
  return held ? since * SECOND : null;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
