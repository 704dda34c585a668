import { log } from "../../sim/math.ts";

/** What a gate tolerates, and how often it may be wrong. All are probabilities. */
export interface Tolerance {
  /** A collapse this rare is fine. */
  readonly acceptable: number;
  /** A collapse this frequent is not; above `acceptable`. */
  readonly unacceptable: number;
  /** How often a fine configuration may fail. */
  readonly falseAlarm: number;
  /** How often an unacceptable one may pass. */
  readonly missedAlarm: number;
}

/** The first verdict the outcomes allow and the runs it took, or `undecided` after all of them. */
export interface SequentialVerdict {
  readonly verdict: "pass" | "fail" | "undecided";
  readonly runs: number;
}

/**
 * Goes through outcomes (true: collapsed) in the order of their replications until they settle the matter.
 *
 * Source: A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945).
 */
export function sequentialTest(outcomes: Iterable<boolean>, tolerance: Tolerance): SequentialVerdict {
  const { pass, fail, collapsed, survived } = weights(tolerance);
  let evidence = 0;
  let runs = 0;
  for (const outcome of outcomes) {
    evidence += outcome ? collapsed : survived;
    runs += 1;
    if (evidence >= fail) return { verdict: "fail", runs };
    if (evidence <= pass) return { verdict: "pass", runs };
  }
  return { verdict: "undecided", runs };
}

/** About how many runs the test takes for a configuration that is just acceptable and one just unacceptable. */
export function expectedRuns(tolerance: Tolerance): { readonly acceptable: number; readonly unacceptable: number } {
  const { acceptable, unacceptable, falseAlarm, missedAlarm } = tolerance;
  const { pass, fail, collapsed, survived } = weights(tolerance);
  const perRun = (share: number) => share * collapsed + (1 - share) * survived;
  return {
    acceptable: (falseAlarm * fail + (1 - falseAlarm) * pass) / perRun(acceptable),
    unacceptable: ((1 - missedAlarm) * fail + missedAlarm * pass) / perRun(unacceptable),
  };
}

/** The evidence (a log likelihood ratio) at which to stop, and what one run adds to it. */
export function weights({ acceptable, unacceptable, falseAlarm, missedAlarm }: Tolerance) {
  return {
    fail: log((1 - missedAlarm) / falseAlarm),
    pass: log(missedAlarm / (1 - falseAlarm)),
    collapsed: log(unacceptable / acceptable),
    survived: log((1 - unacceptable) / (1 - acceptable)),
  };
}
