import type { Fate } from "../experiment/fate.ts";
import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { mcnemar } from "../statistics/mcnemar.ts";
import { type Mean, meanInterval } from "../statistics/mean.ts";
import { type PairedDifference, pairedDifference } from "../statistics/paired-difference.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Study } from "../study/study.ts";
import { type Deed, together } from "./deed.ts";
import { countOf, pairedRuns } from "./paired-runs.ts";
import { fateIn } from "./run-class.ts";

/** What a deed changed: runs with it against runs without it, each pair with the same people and the same luck. */
export interface Effect {
  readonly n: number;
  /** Share of all people who were lost with it, less the share without it. */
  readonly lost: PairedDifference;
  readonly depth: { readonly with: Mean; readonly without: Mean };
  /** Complete outages. */
  readonly complete: { readonly with: Count; readonly without: Count };
  /** Pairs with a complete outage on one side only, and how likely so lopsided a result is by chance (McNemar). */
  readonly alone: { readonly with: number; readonly without: number; readonly p: number };
}

/**
 * What a deed did. Cascade: with it the outage is complete where it was partial or none. Harm: more people were lost, but
 * it made no outage complete. Help: fewer were. None: neither shows.
 */
export type Judgement = "cascade" | "harm" | "help" | "none";

/** A deed with what it did; null where it came to pass in no run, or where the runs without it could not be done. */
export interface Judged {
  readonly deed: Deed;
  readonly effect: Effect | null;
  readonly judgement: Judgement | null;
  /** Why the scenario does not allow that it is left undone; null if it does. */
  readonly refused: string | null;
}

/** Fewer people than this share, lost or saved, count as nothing. */
const MATTERS = 0.01;
const SIGNIFICANT = 0.05;

/** Compares runs with a deed with those without it. Exchanging the sides turns each sign, bit for bit. */
export function effectOf(withIt: readonly Outcome[], without: readonly Outcome[]): Effect {
  const [one, other] = [withIt, without].map((outcomes) => outcomes.map((outcome) => fateIn(outcome)!));
  const isComplete = ({ outage }: Fate) => outage === "complete";
  const completeIn = (fates: readonly Fate[]) => countOf(fates.filter(isComplete).length, fates.length);
  const alone = one!.filter((fate, at) => isComplete(fate) && !isComplete(other![at]!)).length;
  const otherAlone = other!.filter((fate, at) => isComplete(fate) && !isComplete(one![at]!)).length;
  return {
    n: one!.length,
    lost: pairedDifference(one!.map(lostShare), other!.map(lostShare)),
    depth: {
      with: meanInterval(one!.map(({ depth }) => depth)),
      without: meanInterval(other!.map(({ depth }) => depth)),
    },
    complete: { with: completeIn(one!), without: completeIn(other!) },
    alone: { with: alone, without: otherAlone, p: mcnemar(alone, otherAlone) },
  };
}

function lostShare({ lost, people }: Fate): number {
  return people === 0 ? 0 : lost / people;
}

export function judgementOn({ lost, alone }: Effect): Judgement {
  if (alone.with > alone.without && alone.p <= SIGNIFICANT) return "cascade";
  if (lost.low !== undefined && lost.low > 0 && lost.mean >= MATTERS) return "harm";
  if (lost.high !== undefined && lost.high < 0 && lost.mean <= -MATTERS) return "help";
  return "none";
}

/** The counterfactual of each deed, and of all of them together where there are several. */
export interface Counterfactuals {
  readonly judged: readonly Judged[];
  readonly isInterrupted: boolean;
}

/** Who did it? Runs the scenario without each deed that came to pass, on the same random numbers. */
export function* counterfactuals(
  base: Change,
  seed: string | undefined,
  outcomes: readonly Outcome[],
  deeds: readonly Deed[],
): Study<Counterfactuals> {
  const done = deeds.filter(({ happened }) => happened.k > 0);
  const asked = done.length > 1 ? [...done, together(done)] : done;
  const changes = asked.map(({ undone }) => ({ ...base, overrides: [...base.overrides, ...undone] }));
  const replications = outcomes.map(({ replication }) => replication);
  const runs = yield* pairedRuns("who did it: the same without each action", changes, seed, replications);
  const judged = asked.map((deed, at) => judgedOf(deed, outcomes, runs.outcomes[at]!, runs.refused[at]!));
  const never = deeds.filter(({ happened }) => happened.k === 0);
  return {
    judged: [...judged, ...never.map((deed) => ({ deed, effect: null, judgement: null, refused: null }))],
    isInterrupted: runs.isInterrupted,
  };
}

function judgedOf(
  deed: Deed,
  outcomes: readonly Outcome[],
  without: readonly (Outcome | undefined)[],
  refused: string | null,
): Judged {
  const pairs = outcomes.flatMap((outcome, at) => (without[at] === undefined ? [] : [[outcome, without[at]] as const]));
  if (pairs.length === 0) return { deed, effect: null, judgement: null, refused };
  const effect = effectOf(
    pairs.map(([one]) => one),
    pairs.map(([, other]) => other),
  );
  return { deed, effect, judgement: judgementOn(effect), refused };
}
