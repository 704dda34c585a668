import type { Change } from "../experiment/input.ts";
import type { OutageClass } from "../experiment/outage.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { AssumedRange, type Assumptions, inWords } from "./assumption.ts";
import { askedIn, isSo } from "./clause.ts";
import { isDone, type Job } from "./job.ts";
import { majorityOf, type OutcomeTable, tableOf } from "./outcome-table.ts";
import { type Immovable, noQuantity, withoutRange } from "./sensitivity.ts";
import type { Study } from "./study.ts";
import { type Bracket, bracket } from "./tipping-point.ts";
import { decide, type Question, type Rule, Trial } from "./trial.ts";

/** Which assumed figures, moved alone within their ranges, change the verdict, and where. */
export interface FlipPoints {
  /** What most runs say as it stands; null if no run tells. */
  readonly verdict: Verdict | null;
  readonly base: OutcomeTable;
  readonly figures: readonly Flippable[];
  readonly immovable: readonly Immovable[];
  /** Whether no figure flips the verdict anywhere that was looked; false while one is not decided. */
  readonly isRobust: boolean;
}

/** The outage class, or whether the clause that was asked for holds. */
export type Verdict = OutageClass | "holds" | "does not hold";

/** An assumed figure between the ends of its range. */
export interface Flippable {
  readonly figure: string;
  readonly note: string;
  readonly now: string;
  /** The stated range. */
  readonly low: string;
  readonly high: string;
  readonly ends: readonly End[];
}

/** What comes of moving a figure to one end of its range. */
export interface End {
  readonly to: string;
  /** So many of n runs give another verdict. */
  readonly k: number;
  readonly n: number;
  /** Null if it cannot be told whether most runs do. */
  readonly flips: boolean | null;
  /** What most runs say there; null if no run tells. */
  readonly verdict: Verdict | null;
  /** Why the scenario does not allow it; null if it does. */
  readonly refused: string | null;
  /** Where between here and now the verdict flips; null if it does not. */
  readonly where: Bracket | null;
}

export interface FlipOptions {
  readonly change: Change;
  readonly seed: string | undefined;
  /** Runs as it stands, by which it is known what the verdict is. */
  readonly replications: number;
  /** The check that is judged. Default: the outage class is. */
  readonly until?: string | undefined;
  readonly most: number;
  readonly within: number;
}

/** One half: a verdict is what most runs say. */
const MOST_RUNS = 0.5;

/**
 * Looks at both ends of the range of each assumed figure. Where most runs give another verdict than as it stands, it
 * searches for the place in between. A flip that flips back before the end of a range is not seen.
 */
export function* flipPoints({ assumptions, immovable }: Assumptions, options: FlipOptions): Study<FlipPoints> {
  const spots = assumptions.flatMap((assumption): Spot[] => {
    const assumed = AssumedRange.of(assumption);
    return assumed === undefined ? [] : [new Spot(assumed, options)];
  });
  const rest = [
    ...immovable.map(noQuantity),
    ...assumptions.filter((each) => AssumedRange.of(each) === undefined).map(withoutRange),
  ];
  const jobs = Array.from({ length: options.replications }, (_, at) => jobOf(options, [], at));
  const { results, isInterrupted } = yield { about: "as it stands", jobs };
  const base = results.filter(isDone).map(({ outcome }) => outcome);
  const verdict = verdictOf(base, options.until);
  const question: Question = ({ outcome }) => {
    const said = verdictOf([outcome], options.until);
    return said === null ? undefined : said !== verdict;
  };
  const now = new Trial((replication) => jobOf(options, [], replication));
  now.add(results, question);
  if (verdict !== null && !isInterrupted) yield* searchAll(spots, now, question, options);
  const figures = spots.map((spot) => spot.answer());
  const isRobust = verdict !== null && figures.every(({ ends }) => ends.every(({ flips }) => flips === false));
  return { verdict, base: tableOf(base), figures, immovable: rest, isRobust };
}

function* searchAll(spots: readonly Spot[], now: Trial, question: Question, options: FlipOptions): Study<void> {
  const rule: Rule = { share: MOST_RUNS, most: options.most };
  const trials = spots.flatMap(({ ends }) => ends.map(({ trial }) => trial));
  if (yield* decide(trials, question, rule, "ends of the ranges")) return;
  for (const spot of spots) {
    for (const end of spot.ends) {
      if (end.trial.side(MOST_RUNS) !== "above") continue;
      end.where = yield* bracket({ ...rule, ...spot.searchTo(end, now), question, within: options.within });
    }
  }
}

/** One end of the range of a figure, and what is known of it. */
interface EndTrial {
  readonly x: number;
  readonly trial: Trial;
  where: Bracket | null;
}

/** An assumed figure that is looked at. */
class Spot {
  readonly ends: readonly EndTrial[];
  private readonly assumed: AssumedRange;
  private readonly options: FlipOptions;

  constructor(assumed: AssumedRange, options: FlipOptions) {
    const { low, high, now } = assumed;
    this.assumed = assumed;
    this.options = options;
    this.ends = [low, high]
      .filter((x) => x !== now)
      .map((x) => ({ x, trial: new Trial((replication) => this.jobAt(x, replication)), where: null }));
  }

  /** Between one end, of which it is known that it flips, and what the figure is now. */
  searchTo({ x, trial }: EndTrial, base: Trial) {
    const { range, now, assumption } = this.assumed;
    return {
      about: assumption.figure,
      range: range.between(Math.min(x, now), Math.max(x, now)),
      jobAt: (value: number, replication: number) => this.jobAt(value, replication),
      known: new Map([
        [x, trial],
        [now, base],
      ]),
    };
  }

  answer(): Flippable {
    const { figure, note, low, high, values } = this.assumed.assumption;
    const ends = this.ends.map(({ x, trial, where }): End => {
      const side = trial.side(MOST_RUNS);
      return {
        to: inWords(this.assumed.valuesAt(x)),
        k: trial.k,
        n: trial.n,
        flips: side === undefined ? null : side === "above",
        verdict: verdictOf(trial.outcomes, this.options.until),
        refused: trial.refused ?? null,
        where,
      };
    });
    return { figure, note, now: inWords(values), low, high, ends };
  }

  private jobAt(x: number, replication: number): Job {
    return jobOf(this.options, this.assumed.overridesAt(x), replication);
  }
}

function jobOf({ change, seed, until }: FlipOptions, overrides: readonly string[], replication: number): Job {
  const asked = until === undefined ? [] : askedIn(until);
  return { variant: change.variant, overrides: [...change.overrides, ...overrides, ...asked], seed, replication };
}

/** What most runs say; null if none tells. */
function verdictOf(outcomes: readonly Outcome[], until: string | undefined): Verdict | null {
  if (until === undefined) return outcomes.length === 0 ? null : majorityOf(tableOf(outcomes));
  const said = outcomes.map(isSo).filter((answer) => answer !== undefined);
  if (said.length === 0) return null;
  return wordFor(2 * said.filter((answer) => answer).length >= said.length);
}

function wordFor(holds: boolean): Verdict {
  return holds ? "holds" : "does not hold";
}
