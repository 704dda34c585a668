import type { Input } from "../experiment/input.ts";
import { sourceOf } from "../study/assumption.ts";
import { isDone, jobsFor } from "../study/job.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Study } from "../study/study.ts";
import type { CollapseQuestion } from "./collapsed-state.ts";
import { countOf } from "./paired-runs.ts";
import { type Extent, type Shrunk, Trigger } from "./trigger.ts";
import { triggerFile } from "./trigger-file.ts";
import { inFull, Search } from "./trigger-search.ts";

/** `replications` are those among which the smallest trigger is looked for; 20 say what 19 of 20 means. */
export interface TriggerQuestion extends CollapseQuestion {
  readonly input: Input;
  /** What the file with it will be called, so that its story can say how to run it. Default: FILE. */
  readonly writeTo?: string | undefined;
}

/** The least that has to happen for a scenario to collapse. */
export interface SmallestTrigger {
  /** How many replications collapse when everything happens. */
  readonly inFull: Count;
  /** How many things happen then, entries of the timeline and curves of loads, and how many are left. */
  readonly actions: { readonly before: number; readonly after: number };
  readonly parts: readonly TriggerExtent[];
  /** How many replications collapse by the smallest trigger, and by one that is a tenth smaller, of those that were done. */
  readonly atSmallest: Count;
  readonly atTenthLess: Count;
  /** The run that collapses. */
  readonly seed: string;
  readonly replication: number;
  /** A scenario file of its own, in which only this happens. */
  readonly file: string;
  /** False if the search was interrupted. */
  readonly isComplete: boolean;
}

/** A part that is left, as it was and as it is. */
export interface TriggerExtent {
  readonly words: string;
  readonly before: Omit<Extent, "words">;
  readonly after: Omit<Extent, "words">;
}

/** So many collapsed replications are tried as the one to begin with. */
const MOST_TRIED = 5;

/**
 * The smallest trigger: leaves out what need not happen, then makes what is left smaller and shorter, as property-based
 * tests shrink what they find. Null if no replication collapses; "interrupted" if it was before one was found that does. A
 * collapse is a complete outage.
 */
export function* smallestTrigger(question: TriggerQuestion): Study<SmallestTrigger | "interrupted" | null> {
  const { input, scenario, change, seed, replications, writeTo } = question;
  const source = sourceOf(input, change);
  const search = new Search(question, new Trigger(scenario, source.toData()));
  const { results, isInterrupted } = yield { about: "which collapse", jobs: jobsFor([change], seed, replications) };
  const collapsed = results.filter(isDone).filter(({ outcome }) => outcome.outage === "complete");
  search.isInterrupted = isInterrupted;
  const all = collapsed.slice(0, MOST_TRIED).map(({ outcome }) => {
    return { replication: outcome.replication, parts: search.trigger.parts(outcome.moments) };
  });
  const fixed = yield* search.which("with fixed times", all);
  const starts = all.filter((_, at) => fixed[at]);
  const [start] = starts;
  if (start === undefined) return search.isInterrupted ? "interrupted" : null;
  const few = (yield* search.few(starts)) ?? (yield* search.fewer(start));
  search.take(inFull(few.parts), { replications: [few.replication], n: 1 });
  yield* search.shrink();
  const atSmallest = yield* search.collapses("the smallest", search.left);
  if (atSmallest.replications.length > 0) search.take(search.left, atSmallest);
  const atLess = yield* search.collapses("a tenth less", search.less);
  const [replication = few.replication] = search.collapsing.replications;
  const isComplete = !search.isInterrupted;
  const done = results.filter(isDone).length;
  const run = { seed: seed ?? scenario.seed, replication };
  const folder = { from: input.file, to: writeTo };
  const before = inFull(start.parts);
  return {
    inFull: countOf(collapsed.length, done),
    actions: { before: start.parts.length, after: search.left.length },
    parts: search.left.map((shrunk) => extentsOf(shrunk, search, before)),
    atSmallest: countOf(search.collapsing.replications.length, search.collapsing.n),
    atTenthLess: countOf(atLess.replications.length, atLess.n),
    ...run,
    file: triggerFile(sourceOf(input, change), scenario, search.trigger, search.left, {
      ...run,
      ...folder,
      isComplete,
    }),
    isComplete,
  };
}

function extentsOf(shrunk: Shrunk, { trigger, left }: Search, full: readonly Shrunk[]): TriggerExtent {
  const { words, ...before } = trigger.extentOf({ ...shrunk, size: 1, time: 1 }, full);
  const { words: _, ...after } = trigger.extentOf(shrunk, left);
  return { words, before, after };
}
