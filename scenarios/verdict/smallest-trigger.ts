import type { Change, Input } from "../experiment/input.ts";
import { sourceOf } from "../study/assumption.ts";
import { isDone, type Job, jobsFor } from "../study/job.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Study } from "../study/study.ts";
import type { CollapseQuestion } from "./collapsed-state.ts";
import { countOf } from "./paired-runs.ts";
import { SmallerList } from "./smaller-list.ts";
import { type Extent, type Shrunk, Trigger, type TriggerPart } from "./trigger.ts";
import { triggerFile } from "./trigger-file.ts";

/** `replications` are those among which the smallest trigger is looked for; 20 say what 19 of 20 means. */
export interface TriggerQuestion extends CollapseQuestion {
  readonly input: Input;
}

/** The least that has to happen for a scenario to collapse. */
export interface SmallestTrigger {
  /** How many replications collapse when everything happens. */
  readonly inFull: Count;
  /** How many things happen then, entries of the timeline and curves of loads, and how many are left. */
  readonly actions: { readonly before: number; readonly after: number };
  readonly parts: readonly TriggerExtent[];
  /** How many replications collapse by the smallest trigger, and how many by one that is a tenth smaller. */
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

/** Goes on making a size smaller until the largest that is too small is so close. */
const CLOSE = 0.04;
/** Steps for each size at most, so that chance cannot keep the search going. */
const MOST_STEPS = 8;
/** What is "a tenth less", in how many of the replications it may still collapse, and how often the search goes on there. */
const LESS = 0.9;
const MOST_COLLAPSES = 1 / 20;
const MOST_ROUNDS = 4;
/** So many collapsed replications are tried as the one to begin with, and so many parts alone and in pairs. */
const MOST_TRIED = 5;
const MOST_PARTS = 10;

/**
 * The smallest trigger: leaves out what need not happen, then makes what is left smaller and shorter, as property-based
 * tests shrink what they find. Null if no replication collapses. A collapse is a complete outage.
 */
export function* smallestTrigger(question: TriggerQuestion): Study<SmallestTrigger | null> {
  const { input, scenario, change, seed, replications } = question;
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
  if (start === undefined) return null;
  const few = (yield* search.few(starts)) ?? (yield* search.fewer(start));
  search.take(inFull(few.parts), [few.replication]);
  yield* search.shrink();
  const atSmallest = yield* search.collapses("the smallest", search.left);
  if (atSmallest.length > 0) search.take(search.left, atSmallest);
  const atLess = yield* search.collapses("a tenth less", search.lessOf(LESS));
  const replication = search.collapsing[0]!;
  const done = results.filter(isDone).length;
  const said = { seed: seed ?? scenario.seed, replication };
  const before = inFull(start.parts);
  return {
    inFull: countOf(collapsed.length, done),
    actions: { before: start.parts.length, after: search.left.length },
    parts: search.left.map((shrunk) => extentsOf(shrunk, search, before)),
    atSmallest: countOf(atSmallest.length, search.isInterrupted ? atSmallest.length : replications),
    atTenthLess: countOf(atLess.length, search.isInterrupted ? atLess.length : replications),
    ...said,
    file: triggerFile(sourceOf(input, change), scenario, search.trigger, search.left, said),
    isComplete: !search.isInterrupted,
  };
}

function inFull(parts: readonly TriggerPart[]): Shrunk[] {
  return parts.map((part) => ({ part, size: 1, time: 1 }));
}

/** All subsets of one or two. */
function subsetsOf<T>(list: readonly T[], size: number): T[][] {
  if (size === 1) return list.map((each) => [each]);
  return list.flatMap((one, at) => list.slice(at + 1).map((other) => [one, other]));
}

/** Whether the same happens, at whatever times. */
function isAlike(one: readonly TriggerPart[], other: readonly TriggerPart[]): boolean {
  const key = (part: TriggerPart) => ("entry" in part ? part.entry : `${part.component}.${part.option}`);
  return one.map(key).join() === other.map(key).join();
}

function extentsOf(shrunk: Shrunk, { trigger, left }: Search, full: readonly Shrunk[]): TriggerExtent {
  const { words, ...before } = trigger.extentOf({ ...shrunk, size: 1, time: 1 }, full);
  const { words: _, ...after } = trigger.extentOf(shrunk, left);
  return { words, before, after };
}

/** What happens in a replication. */
interface Happening {
  readonly parts: readonly TriggerPart[];
  readonly replication: number;
}

/** The search for the smallest trigger: the best that it has found, and the replications that collapse by it. */
class Search {
  readonly trigger: Trigger;
  left: readonly Shrunk[] = [];
  collapsing: readonly number[] = [];
  isInterrupted = false;
  private readonly question: TriggerQuestion;

  constructor(question: TriggerQuestion, trigger: Trigger) {
    this.question = question;
    this.trigger = trigger;
  }

  take(left: readonly Shrunk[], collapsing: readonly number[]): void {
    this.left = left;
    this.collapsing = collapsing;
  }

  /** For each of several things that may happen whether its replication collapses by it. */
  *which(about: string, tried: readonly Happening[]): Study<boolean[]> {
    const jobs = tried.map(({ parts, replication }) => this.jobOf(inFull(parts), replication));
    if (jobs.length === 0) return [];
    const { results, isInterrupted } = yield { about, jobs };
    this.isInterrupted ||= isInterrupted;
    return results.map((result) => isDone(result) && result.outcome.outage === "complete");
  }

  /** One part, or two, that are enough in most of the replications; undefined if there are none, or too many to try. */
  *few(starts: readonly Happening[]): Study<Happening | undefined> {
    for (const size of [1, 2]) {
      const tried = starts.flatMap(({ parts, replication }) =>
        parts.length > MOST_PARTS ? [] : subsetsOf(parts, size).map((subset) => ({ parts: subset, replication })),
      );
      const which = yield* this.which(size === 1 ? "what is enough alone" : "which two are enough", tried);
      const enough = tried.filter((_, at) => which[at]);
      const times = ({ parts }: Happening) => enough.filter((other) => isAlike(other.parts, parts)).length;
      const most = Math.max(0, ...enough.map(times));
      const best = enough.find((each) => times(each) === most);
      if (best !== undefined || this.isInterrupted) return best;
    }
    return undefined;
  }

  /** Leaves out what need not happen in a replication, until nothing more can be left out. */
  *fewer({ parts, replication }: Happening): Study<Happening> {
    const smaller = new SmallerList(parts);
    for (let lists = smaller.candidates(); lists.length > 0 && !this.isInterrupted; lists = smaller.candidates()) {
      const tried = lists.map((parts) => ({ parts, replication }));
      smaller.take((yield* this.which("what need not happen", tried)).indexOf(true));
    }
    return { parts: smaller.list, replication };
  }

  /** The replications that collapse by a trigger. */
  *collapses(about: string, left: readonly Shrunk[]): Study<number[]> {
    if (this.isInterrupted) return [];
    const jobs = Array.from({ length: this.question.replications }, (_, at) => this.jobOf(left, at));
    const { results, isInterrupted } = yield { about, jobs };
    this.isInterrupted ||= isInterrupted;
    return results.flatMap((result, at) => (isDone(result) && result.outcome.outage === "complete" ? [at] : []));
  }

  /** Makes each part smaller, then shorter, until a tenth less of it hardly ever collapses. */
  *shrink(): Study<void> {
    for (let round = 0; round < MOST_ROUNDS && !this.isInterrupted; round++) {
      for (const dimension of ["size", "time"] as const) {
        for (const at of this.left.keys()) yield* this.shrinkOne(at, dimension);
      }
      const less = this.lessOf(LESS);
      const collapsing = yield* this.collapses("a tenth less", less);
      if (collapsing.length <= MOST_COLLAPSES * this.question.replications) return;
      this.take(less, collapsing);
    }
  }

  /** All sizes a share of what they are; all times, where nothing has a size. */
  lessOf(share: number): Shrunk[] {
    const less = (dimension: "size" | "time") =>
      this.left.map((shrunk) => ({ ...shrunk, [dimension]: share * shrunk[dimension] }));
    return this.isSame(less("size"), this.left) ? less("time") : less("size");
  }

  private *shrinkOne(at: number, dimension: "size" | "time"): Study<void> {
    const valued = (value: number) =>
      this.left.map((shrunk, other) => (other === at ? { ...shrunk, [dimension]: value } : shrunk));
    let low = 0;
    let high = this.left[at]![dimension];
    for (let step = 0; step < MOST_STEPS && high - low > CLOSE * high && !this.isInterrupted; step++) {
      const middle = (low + high) / 2;
      const left = valued(middle);
      if (this.isSame(left, this.left)) return;
      const collapsing = yield* this.collapses(dimension === "size" ? "how small" : "how short", left);
      if (collapsing.length === 0) low = middle;
      else {
        high = middle;
        this.take(left, collapsing);
      }
    }
  }

  private isSame(one: readonly Shrunk[], other: readonly Shrunk[]): boolean {
    return JSON.stringify(this.trigger.overrides(one)) === JSON.stringify(this.trigger.overrides(other));
  }

  private jobOf(left: readonly Shrunk[], replication: number): Job {
    const { change, seed } = this.question;
    return { ...withOverrides(change, ["checks=[]", ...this.trigger.overrides(left)]), seed, replication };
  }
}

function withOverrides({ variant, overrides }: Change, further: readonly string[]): Change {
  return { variant, overrides: [...overrides, ...further] };
}
