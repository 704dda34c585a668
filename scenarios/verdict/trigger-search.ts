import type { Change } from "../experiment/input.ts";
import { isDone, type Job } from "../study/job.ts";
import type { Study } from "../study/study.ts";
import type { CollapseQuestion } from "./collapsed-state.ts";
import { SmallerList } from "./smaller-list.ts";
import type { Shrunk, Trigger, TriggerPart } from "./trigger.ts";

/** What happens in a replication. */
interface Happening {
  readonly parts: readonly TriggerPart[];
  readonly replication: number;
}

/** The replications that collapse by a trigger, of so many in which it was tried. */
interface Collapsing {
  readonly replications: readonly number[];
  readonly n: number;
}

/** What is "a tenth less". */
const LESS = 0.9;
/** In so many of the replications it may still collapse by a tenth less; otherwise the search goes on there, so often. */
const MOST_COLLAPSES = 1 / 20;
const MOST_ROUNDS = 4;
/** Goes on making a size smaller until the largest that is too small is so close. */
const CLOSE = 0.04;
/** Steps for each size at most, so that chance cannot keep the search going. */
const MOST_STEPS = 8;
/** So many parts are tried alone and in pairs. */
const MOST_PARTS = 10;

/** The search for the smallest trigger: the best that it has found, and the replications that collapse by it. */
export class Search {
  readonly trigger: Trigger;
  left: readonly Shrunk[] = [];
  collapsing: Collapsing = { replications: [], n: 0 };
  isInterrupted = false;
  private readonly question: CollapseQuestion;

  constructor(question: CollapseQuestion, trigger: Trigger) {
    this.question = question;
    this.trigger = trigger;
  }

  take(left: readonly Shrunk[], collapsing: Collapsing): void {
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
  *collapses(about: string, left: readonly Shrunk[]): Study<Collapsing> {
    if (this.isInterrupted) return { replications: [], n: 0 };
    const jobs = Array.from({ length: this.question.replications }, (_, at) => this.jobOf(left, at));
    const { results, isInterrupted } = yield { about, jobs };
    this.isInterrupted ||= isInterrupted;
    const which = results.flatMap((result, at) => (isDone(result) && result.outcome.outage === "complete" ? [at] : []));
    return { replications: which, n: results.filter(isDone).length };
  }

  /** Makes each part smaller, then shorter, until a tenth less of it hardly ever collapses. */
  *shrink(): Study<void> {
    for (let round = 0; round < MOST_ROUNDS && !this.isInterrupted; round++) {
      for (const dimension of ["size", "time"] as const) {
        for (const at of this.left.keys()) yield* this.shrinkOne(at, dimension);
      }
      const { less } = this;
      const collapsing = yield* this.collapses("a tenth less", less);
      if (collapsing.replications.length <= MOST_COLLAPSES * this.question.replications) return;
      this.take(less, collapsing);
    }
  }

  /** All sizes a tenth less, or as much less as whole numbers make it; all times, where nothing has a size. */
  get less(): Shrunk[] {
    const shares = Array.from({ length: 9 }, (_, at) => (LESS * (9 - at)) / 9);
    const tried = (["size", "time"] as const).flatMap((dimension) =>
      shares.map((share) => this.left.map((shrunk) => ({ ...shrunk, [dimension]: share * shrunk[dimension] }))),
    );
    return tried.find((less) => !this.isSame(less, this.left)) ?? [...this.left];
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
      if (collapsing.replications.length === 0) low = middle;
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

/** All of each part. */
export function inFull(parts: readonly TriggerPart[]): Shrunk[] {
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
