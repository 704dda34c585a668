import { isotonic } from "../statistics/isotonic.ts";
import type { Job } from "./job.ts";
import type { Range } from "./range.ts";
import type { Study } from "./study.ts";
import { CONFIDENCE, decide, type Question, type Rule, type Side, Trial } from "./trial.ts";

/** Where, between two ends, do more than a share of the runs begin to say yes? */
export interface Search extends Rule {
  /** What is looked for, in a few words. */
  readonly about: string;
  readonly range: Range;
  readonly jobAt: (x: number, replication: number) => Job;
  readonly question: Question;
  /** A bracket is narrow enough when its ends are closer than this share of themselves, or have no value between them. */
  readonly within: number;
  /** Runs that have been done already, by value. */
  readonly known?: ReadonlyMap<number, Trial> | undefined;
}

/** A value that was tried, and how many of its runs say yes. */
export interface Tried {
  readonly x: number;
  readonly value: string;
  readonly k: number;
  readonly n: number;
  /** Wilson's 95 % interval for all runs of this value. */
  readonly low: number;
  readonly high: number;
  /** The share by the isotonic fit over all values. */
  readonly fit: number;
  /** Null if the interval includes the share in question after as many runs as there may be. */
  readonly side: Side | null;
  /** Why the scenario does not allow it; null if it does. */
  readonly refused: string | null;
}

/**
 * Where the answer tips, between two values whose answers are known: never a point. "same" and "open" are no brackets:
 * both ends give the same answer, or one of them gives none.
 */
export interface Bracket {
  readonly found: "bracket" | "same" | "open";
  readonly share: number;
  readonly confidence: number;
  /** Whether yes is what comes with greater values; null without a bracket. */
  readonly rises: boolean | null;
  readonly low: Tried | null;
  readonly high: Tried | null;
  /** Whether the bracket is as narrow as was asked for. */
  readonly isNarrow: boolean;
  /** False if the answer goes back and forth: there is another tipping point besides this one. */
  readonly isMonotone: boolean;
  /** From the least value to the greatest. */
  readonly tried: readonly Tried[];
}

/** So many values within a bracket that cannot be decided, and those beside them are likely to be such, too. */
const MANY_UNDECIDED = 2;
/** A bracket around many of them is left wider than was asked for, by this factor. */
const COARSER = 4;

/**
 * Halves a range until its ends are close. Both ends and three values between them come first, so that a second tipping
 * point shows. Each value gets as many runs as it takes to tell on which side of the share it is, and the ends of the
 * bracket as many as it takes to be certain. A value that cannot be told stays inside the bracket, which is narrowed on
 * both sides of it.
 */
export function* bracket(search: Search): Study<Bracket> {
  const field = new Field(search);
  for (let values = field.first(); values.length > 0; values = field.next()) {
    const isInterrupted = yield* decide(field.trialsAt(values), search.question, search, field.about(values));
    if (isInterrupted) break;
  }
  return field.answer();
}

/** Two values whose answers differ, and those between them that cannot be decided. */
interface Border {
  readonly low: number;
  readonly high: number;
  readonly undecided: readonly number[];
}

/** The values that were tried, in order. */
class Field {
  private readonly search: Search;
  private readonly trials: Map<number, Trial>;

  constructor(search: Search) {
    this.search = search;
    this.trials = new Map(search.known);
  }

  first(): number[] {
    const { range } = this.search;
    const { low, high } = range;
    const middle = range.middle(low, high);
    if (middle === undefined) return [low, high];
    const inner = [range.middle(low, middle), middle, range.middle(middle, high)];
    return [low, ...inner.filter((x) => x !== undefined), high];
  }

  /** The values that narrow the bracket; then its ends, if they are not certain; none if there is nothing to do. */
  next(): number[] {
    const border = this.border();
    if (border === undefined) return [];
    const inner = this.inside(border);
    if (inner.length > 0) return inner;
    const doubtful = [border.low, border.high].filter((x) => !this.trials.get(x)!.isCertain);
    for (const x of doubtful) this.trials.get(x)!.doubt();
    return doubtful;
  }

  /** None if the bracket is narrow enough, or if it would take too many runs to narrow it. */
  private inside({ low, high, undecided }: Border): number[] {
    const { range, within } = this.search;
    const enough = undecided.length < MANY_UNDECIDED ? within : COARSER * within;
    const inner = [low, ...undecided, high];
    const gaps = undecided.length === 0 ? [inner] : [inner.slice(0, 2), inner.slice(-2)];
    return gaps.flatMap(([a, b]) => (range.isNarrow(a!, b!, enough / gaps.length) ? [] : [range.middle(a!, b!)!]));
  }

  trialsAt(values: readonly number[]): Trial[] {
    return values.map((x) => {
      const trial = this.trials.get(x) ?? new Trial((replication) => this.search.jobAt(x, replication));
      this.trials.set(x, trial);
      return trial;
    });
  }

  about(values: readonly number[]): string {
    const { about, range } = this.search;
    const [first, last] = [values[0]!, values[values.length - 1]!].map((x) => range.write(x));
    return `${about} ${first === last ? first : `${first}..${last}`}`;
  }

  answer(): Bracket {
    const { share, range, within } = this.search;
    const tried = this.tried();
    const border = this.border();
    const at = (x: number | undefined) => tried.find((each) => each.x === x) ?? null;
    const [least, most] = [at(range.low)?.side ?? null, at(range.high)?.side ?? null];
    return {
      found: border !== undefined ? "bracket" : least !== null && least === most ? "same" : "open",
      share,
      confidence: CONFIDENCE,
      rises: border === undefined ? null : least === "below",
      low: at(border?.low),
      high: at(border?.high),
      isNarrow: border !== undefined && range.isNarrow(border.low, border.high, within),
      isMonotone: isMonotone(tried, least !== "above"),
      tried,
    };
  }

  /** The first two decided values, from the lower end, between which the answer changes, if the ends differ. */
  private border(): Border | undefined {
    const { share, range } = this.search;
    const [least, most] = [range.low, range.high].map((x) => this.trials.get(x)?.side(share));
    if (least === undefined || most === undefined || least === most) return undefined;
    const values = this.values();
    const high = values.find((x) => this.trials.get(x)!.side(share) === most)!;
    const low = values.filter((x) => x < high && this.trials.get(x)!.side(share) === least).at(-1)!;
    return { low, high, undecided: values.filter((x) => x > low && x < high) };
  }

  private tried(): Tried[] {
    const { share, range } = this.search;
    const values = this.values();
    const trials = values.map((x) => this.trials.get(x)!);
    const falls = trials[0]?.side(share) === "above";
    const shares = trials.map(({ k, n }) => ({ value: n === 0 ? 0 : (falls ? -k : k) / n, weight: n }));
    const fits = isotonic(shares).map(Math.abs);
    return trials.map((trial, at) => {
      const { k, n, interval, refused = null } = trial;
      const x = values[at]!;
      return { x, value: range.write(x), k, n, ...interval, fit: fits[at]!, side: trial.side(share) ?? null, refused };
    });
  }

  private values(): number[] {
    return [...this.trials.keys()].filter((x) => this.trials.get(x)!.answers.length > 0).sort((a, b) => a - b);
  }
}

/** Whether no interval is beyond that of a value that should be further on. */
function isMonotone(tried: readonly Tried[], rises: boolean): boolean {
  return tried.every(({ low, high }, at) =>
    tried.slice(at + 1).every((later) => (rises ? low <= later.high : high >= later.low)),
  );
}
