import { type Course, EVERYBODY, type Fate } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { type Mean, meanInterval } from "../statistics/mean.ts";
import { type Lifetime, type MedianLifetime, medianLifetime } from "../statistics/survival.ts";
import type { Count } from "../study/outcome-table.ts";
import { countOf } from "./paired-runs.ts";

/**
 * What became of a run. Where it did not come back: metastable, if the same final configuration is healthy when it starts
 * healthy; overload, if it is not; lasting, if nobody has tried.
 */
export type RunClass = Course | "overload" | "metastable";

/** From the best to the worst. */
const CLASSES = ["unaffected", "recovered", "slow", "censored", "overload", "metastable", "lasting"] as const;

/** How some of the people fared over all runs. */
export interface GroupFate {
  /** "everybody", "class main", "zone zone-a". */
  readonly of: string;
  /** Classes that occur, from the best to the worst. */
  readonly classes: readonly (Count & { readonly class: RunClass })[];
  /** The class of most runs; the worse one where two are equally frequent. */
  readonly usual: RunClass;
  /** Goodput was under 5 % for at least 60 s. */
  readonly complete: Count;
  /** It was under 90 % for at least 30 s, and not complete. */
  readonly partial: Count;
  readonly depth: Mean;
  /** Share of all people. */
  readonly lost: Mean;
  /** Seconds, of the runs that left the healthy band; censored where they did not come back. */
  readonly timeToRecover: MedianLifetime;
}

/** Every group's classes; `healthy` are runs of the final configuration from a healthy start, by replication. */
export function groupFates(outcomes: readonly Outcome[], healthy: ReadonlyMap<number, Outcome>): GroupFate[] {
  const names = (outcomes[0]?.fates ?? []).map(({ of }) => of);
  return names.map((of) => {
    const fates = outcomes.flatMap((outcome) => {
      const fate = fateIn(outcome, of);
      const start = healthy.get(outcome.replication);
      return fate === undefined ? [] : [{ fate, class: classOf(fate, start && fateIn(start, of)) }];
    });
    return { of, ...togetherOf(fates) };
  });
}

export function fateIn({ fates }: Outcome, of: string = EVERYBODY): Fate | undefined {
  return fates.find((fate) => fate.of === of);
}

/** Whether goodput was healthy at the end. */
export function isHealthy({ course }: Fate): boolean {
  return course === "unaffected" || course === "recovered" || course === "slow";
}

/** The class of a run by its fate and that of its final configuration from a healthy start, if that was run. */
function classOf({ course }: Fate, healthyStart: Fate | undefined): RunClass {
  if (course !== "lasting" || healthyStart === undefined) return course;
  return isHealthy(healthyStart) ? "metastable" : "overload";
}

function togetherOf(fates: readonly { readonly fate: Fate; readonly class: RunClass }[]): Omit<GroupFate, "of"> {
  const n = fates.length;
  const counts = CLASSES.map((name) => ({
    class: name,
    ...countOf(fates.filter((each) => each.class === name).length, n),
  }));
  const left = fates.filter(({ fate }) => fate.course !== "unaffected").map(({ fate }) => fate);
  const shares = fates.map(({ fate: { lost, people } }) => (people === 0 ? 0 : lost / people));
  return {
    classes: counts.filter(({ k }) => k > 0),
    usual: counts.reduce((most, count) => (count.k >= most.k ? count : most)).class,
    complete: countOf(fates.filter(({ fate }) => fate.outage === "complete").length, n),
    partial: countOf(fates.filter(({ fate }) => fate.outage === "partial").length, n),
    depth: meanInterval(fates.map(({ fate }) => fate.depth)),
    lost: meanInterval(shares),
    timeToRecover: medianLifetime(left.map(lifetimeOf)),
  };
}

function lifetimeOf({ timeToRecover, watched }: Fate): Lifetime {
  return { time: timeToRecover ?? watched, isCensored: timeToRecover === null };
}
