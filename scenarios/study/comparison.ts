import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { isDone, jobsFor, type Result } from "./job.ts";
import { type Pair, type PairedMeasure, pairedMeasure } from "./paired-measure.ts";
import { FEWEST_DISCORDANT, type PairedCount, type PairedOutages, pairedOutages } from "./paired-outages.ts";
import { GOODPUT, type Response, responseOf } from "./response.ts";
import type { Study } from "./study.ts";

/** What is compared with what. */
export interface ComparisonQuestion {
  readonly a: Change;
  readonly b: Change;
  /** Of both; undefined: the seed of the scenario. */
  readonly seed: string | undefined;
  readonly replications: number;
  /** What is compared besides goodput and outages; both sides must know it. */
  readonly responses: readonly Response[];
}

/** How two sides compare that met the same people and the same luck, replication by replication. */
export interface Comparison {
  /** Pairs of runs that both have been done. */
  readonly pairs: number;
  readonly goodput: PairedMeasure;
  /** What was asked for, in the order asked. */
  readonly measures: readonly PairedMeasure[];
  readonly outages: PairedOutages;
  /** Pairs in which the same people came to both sides, of each class and in each zone, second by second. */
  readonly samePeople: number;
  /** The side that fares better for sure, at 95 %, and in what; null if none does. */
  readonly better: Better | null;
  /** The replication whose difference in goodput is the median, or nearest to it; null if no pair has been done. */
  readonly representative: number | null;
}

/** The first of these in which the sides differ for sure decides. */
interface Better {
  readonly side: "a" | "b";
  readonly in: "complete outages" | "outages" | "goodput";
}

interface PairOfRuns {
  readonly a: Outcome;
  readonly b: Outcome;
}

const SURE = 0.05;

/** Runs both sides over the same replications, by common random numbers, and says how they compare. */
export function* comparisonOf({ a, b, seed, replications, responses }: ComparisonQuestion): Study<Comparison> {
  const asked = responses.flatMap(({ measures }) => measures);
  const measures = asked.length === 0 ? {} : { measures: asked };
  const jobs = jobsFor([a, b], seed, replications).map((job) => ({ ...job, ...measures }));
  const { results } = yield { about: "A and B", jobs };
  const pairs = pairsIn(results);
  const goodput = measureOf(GOODPUT, pairs);
  const outages = pairedOutages(pairs.map((pair) => ({ a: pair.a.outage, b: pair.b.outage })));
  return {
    pairs: pairs.length,
    goodput,
    measures: responses.map((response) => measureOf(response, pairs)),
    outages,
    samePeople: pairs.filter((pair) => pair.a.arrivals === pair.b.arrivals).length,
    better: betterOf(outages, goodput),
    representative: representativeOf(pairs),
  };
}

/** Results take turns: one of A, one of B. */
function pairsIn(results: readonly (Result | undefined)[]): PairOfRuns[] {
  return results.flatMap((a, at): PairOfRuns[] => {
    const b = results[at + 1];
    return at % 2 === 0 && isDone(a) && isDone(b) ? [{ a: a.outcome, b: b.outcome }] : [];
  });
}

function measureOf(response: Response, pairs: readonly PairOfRuns[]): PairedMeasure {
  return pairedMeasure(
    response.name,
    response.unit,
    pairs.map((pair) => valuesOf(response, pair)),
  );
}

function valuesOf(response: Response, { a, b }: PairOfRuns): Pair {
  return { a: responseOf(response, a), b: responseOf(response, b) };
}

function betterOf({ complete, any }: PairedOutages, { paired }: PairedMeasure): Better | null {
  const rarer = rarerOn(complete);
  if (rarer !== undefined) return { side: rarer, in: "complete outages" };
  const fewer = rarerOn(any);
  if (fewer !== undefined) return { side: fewer, in: "outages" };
  const { low, high } = paired?.difference ?? {};
  if (low === undefined || high === undefined || (low <= 0 && high >= 0)) return null;
  return { side: low > 0 ? "b" : "a", in: "goodput" };
}

/** The side on which something is rarer for sure. */
function rarerOn({ onlyA, onlyB, p }: PairedCount): "a" | "b" | undefined {
  if (onlyA + onlyB < FEWEST_DISCORDANT || p >= SURE) return undefined;
  return onlyA < onlyB ? "a" : "b";
}

/** Exchanging the sides must not choose another: the median lies between the two in the middle, if there are two. */
function representativeOf(pairs: readonly PairOfRuns[]): number | null {
  const runs = pairs.map((pair) => {
    const { a, b } = valuesOf(GOODPUT, pair);
    return { replication: pair.a.replication, difference: (b ?? 0) - (a ?? 0) };
  });
  const sorted = runs.map(({ difference }) => difference).sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  const distances = runs.map(({ difference }) => Math.abs(difference - median));
  return runs[distances.indexOf(Math.min(...distances))]?.replication ?? null;
}
