import type { Outcome } from "../experiment/outcome.ts";
import { type ProportionInterval, wilson } from "../statistics/proportion.ts";
import { type Done, isDone, type Job, type Result } from "./job.ts";
import type { Study } from "./study.ts";

/** A yes or no about a run; undefined if the run does not tell, as where it is too short for a check. */
export type Question = (done: Done) => boolean | undefined;

/** On which side of a share the share of all runs lies that say yes. */
export type Side = "below" | "above";

/** When enough runs have been asked. */
export interface Rule {
  /** The share that is in question, 0 to 1: one half for what most runs say. */
  readonly share: number;
  /** The most runs of one trial. */
  readonly most: number;
}

/** Of the intervals that are told, and of what is searched with. */
export const CONFIDENCE = 0.95;
/**
 * Of a trial that an answer rests on. Five looks at each of two values, with half of the rest on the side that would be
 * wrong, leave 95 % for both of them together.
 */
const CERTAINTY = 0.99;
/** Runs that are done at least, so that one strange run decides nothing. */
const FIRST_LOOK = 4;

/** Runs of one configuration, of which it is asked whether more or less than a share of them say yes. */
export class Trial {
  /** In order of the replications, which begin at 0. */
  readonly answers: (boolean | undefined)[] = [];
  readonly outcomes: Outcome[] = [];
  /** Why the scenario does not allow it. */
  refused: string | undefined;
  private confidence = CONFIDENCE;
  private readonly jobAt: (replication: number) => Job;

  constructor(jobAt: (replication: number) => Job) {
    this.jobAt = jobAt;
  }

  get n(): number {
    return this.answers.filter((answer) => answer !== undefined).length;
  }

  get k(): number {
    return this.answers.filter((answer) => answer === true).length;
  }

  /** Wilson's interval for the share of all runs that say yes. */
  get interval(): ProportionInterval {
    return wilson(this.k, this.n, CONFIDENCE);
  }

  /** Whether it has been doubted. */
  get isCertain(): boolean {
    return this.confidence === CERTAINTY;
  }

  /** From now on more is wanted before it is taken for decided. */
  doubt(): void {
    this.confidence = CERTAINTY;
  }

  /** Undefined while the interval includes the share. */
  side(share: number): Side | undefined {
    const { low, high } = wilson(this.k, this.n, this.confidence);
    if (low > share) return "above";
    return high < share ? "below" : undefined;
  }

  /** The jobs up to the next time that somebody looks. */
  next({ share, most }: Rule): Job[] {
    const done = this.answers.length;
    if (this.refused !== undefined || this.side(share) !== undefined) return [];
    const until = Math.min(most, nextLook(done, leastRuns(share, this.confidence)));
    return Array.from({ length: Math.max(0, until - done) }, (_, at) => this.jobAt(done + at));
  }

  add(results: readonly (Result | undefined)[], question: Question): void {
    for (const result of results) {
      if (result === undefined) return;
      if (!isDone(result) && result.isInvalid) this.refused ??= result.failed;
      if (isDone(result)) this.outcomes.push(result.outcome);
      this.answers.push(isDone(result) ? question(result) : undefined);
    }
  }
}

/**
 * Adds runs to several trials until each is decided, or has as many as it may. Runs are looked at in doubling numbers (4,
 * 8, 16, ...) and not after each one, as an interval that is looked at often enough excludes anything in the end.
 * Gives whether it was interrupted.
 */
export function* decide(trials: readonly Trial[], question: Question, rule: Rule, about: string): Study<boolean> {
  for (;;) {
    const open = trials.map((trial) => ({ trial, jobs: trial.next(rule) })).filter(({ jobs }) => jobs.length > 0);
    if (open.length === 0) return false;
    const { results, isInterrupted } = yield { about, jobs: open.flatMap(({ jobs }) => jobs) };
    let from = 0;
    for (const { trial, jobs } of open) {
      trial.add(results.slice(from, from + jobs.length), question);
      from += jobs.length;
    }
    if (isInterrupted) return true;
  }
}

/** Of the numbers at which is looked, one is the least that can decide if all runs say no, or all say yes. */
function nextLook(done: number, least: number): number {
  const next = done === 0 ? FIRST_LOOK : 2 * done;
  return done > 0 && done < least && next > least ? least : next;
}

/** Runs that it takes to be certain that a share is less (or more) when none (or all) of them say yes. */
export function leastRuns(share: number, confidence = CERTAINTY): number {
  const rarer = Math.min(share, 1 - share);
  let n = 1;
  while (wilson(0, n, confidence).high >= rarer) n++;
  return n;
}
