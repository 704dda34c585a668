import type { NamedShare } from "../experiment/goodput-share.ts";
import type { OutageClass } from "../experiment/outage.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { holm } from "../statistics/holm.ts";
import type { Interval } from "../statistics/interval.ts";
import { mcnemar } from "../statistics/mcnemar.ts";
import { type Mean, meanInterval } from "../statistics/mean.ts";
import { nearestRank, percentileInterval } from "../statistics/percentile.ts";
import { type ProportionInterval, wilson } from "../statistics/proportion.ts";
import { type Recoveries, recoveriesOf } from "./recoveries.ts";
import { type Representative, representativeOf } from "./representative.ts";
import { GOODPUT, type Response, responseOf } from "./response-value.ts";

/** At the start everything should be well: so much of the goodput, at least, before anything changes. */
const WELL = 0.99;

/** So many of n runs, with Wilson's 95 % interval for the share of all such runs. */
export interface Count extends ProportionInterval {
  readonly k: number;
  readonly n: number;
}

/** What several runs of one scenario say together. */
export interface OutcomeTable {
  readonly n: number;
  readonly outages: Readonly<Record<OutageClass, Count>>;
  /** Means of the runs with Student's 95 % interval; runs without people are left out. */
  readonly goodput: Mean;
  readonly classes: readonly NamedMean[];
  readonly zones: readonly NamedMean[];
  /** The least goodput before anything changes, and the runs where it was at least 99 %; null without such a time. */
  readonly start: { readonly least: number; readonly well: Count } | null;
  /** The components that reach their limit, in how many runs, and at what load in people per second. */
  readonly limits: readonly { readonly component: string; readonly reached: Count; readonly load: Mean }[];
  readonly checks: readonly CheckCount[];
  readonly asExpected: Count;
  /** Null if no run left the healthy band. */
  readonly recoveries: Recoveries | null;
  readonly response: Spread;
  /** By the response; null if no run gave anything for it. */
  readonly representative: Representative | null;
}

/** In how many runs a check holds. */
export interface CheckCount extends Count {
  readonly check: string;
  /** How likely so lopsided a count is if it held as often as not: the exact sign test. */
  readonly p: number;
  /** The same, because all checks of the file are looked at: Holm's. */
  readonly adjusted: number;
}

/** A number of each run, over all runs that gave one: its mean, and what shares of the runs do not exceed. */
export interface Spread {
  readonly of: string;
  readonly unit: string;
  readonly mean: Mean;
  /** Values that occurred, with the 95 % interval of order statistics; a side is missing where n is too small for it. */
  readonly percentiles: readonly (Interval & { readonly percent: number; readonly value: number | null })[];
}

const PERCENTILES = [5, 50, 95];

interface NamedMean {
  readonly name: string;
  readonly mean: Mean;
}

/** @param response what the spread and the choice of the representative runs are about. */
export function tableOf(outcomes: readonly Outcome[], response = GOODPUT): OutcomeTable {
  const n = outcomes.length;
  const having = (property: (outcome: Outcome) => boolean) => countOf(outcomes.filter(property).length, n);
  const starts = known(outcomes.map(({ startGoodput }) => startGoodput));
  const well = countOf(starts.filter((start) => start >= WELL).length, starts.length);
  return {
    n,
    outages: {
      none: having(({ outage }) => outage === "none"),
      partial: having(({ outage }) => outage === "partial"),
      complete: having(({ outage }) => outage === "complete"),
    },
    goodput: meanInterval(known(outcomes.map(({ goodput }) => goodput))),
    classes: meansOf(outcomes.map(({ classes }) => classes)),
    zones: meansOf(outcomes.map(({ zones }) => zones)),
    start: starts.length === 0 ? null : { least: Math.min(...starts), well },
    limits: limitsOf(outcomes),
    checks: checkCounts(outcomes),
    asExpected: having(({ conclusion }) => conclusion === "as expected"),
    recoveries: recoveriesOf(outcomes),
    response: spreadOf(outcomes, response),
    representative: representativeOf(outcomes, response),
  };
}

function checkCounts(outcomes: readonly Outcome[]): CheckCount[] {
  const n = outcomes.length;
  const checks = outcomes[0]?.checks ?? [];
  const held = checks.map((_, at) => outcomes.filter(({ checks }) => checks[at]?.holds === true).length);
  const values = held.map((k) => mcnemar(k, n - k));
  const adjusted = holm(values);
  return checks.map(({ check }, at) => {
    return { check, ...countOf(held[at]!, n), p: values[at]!, adjusted: adjusted[at]! };
  });
}

function spreadOf(outcomes: readonly Outcome[], response: Response): Spread {
  const figures = known(outcomes.map((outcome) => responseOf(response, outcome)));
  const sorted = [...figures].sort((a, b) => a - b);
  const percentiles = PERCENTILES.map((percent) => {
    const value = nearestRank(sorted, percent / 100) ?? null;
    return { percent, value, ...percentileInterval(sorted, percent / 100) };
  });
  return { of: response.name, unit: response.unit, mean: meanInterval(figures), percentiles };
}

/** The outage class that most runs have; the worse one where two are equally frequent. */
export function majorityOf({ outages }: OutcomeTable): OutageClass {
  const worstFirst = ["complete", "partial", "none"] as const;
  return worstFirst.reduce((most, outage) => (outages[outage].k > outages[most].k ? outage : most));
}

function countOf(k: number, n: number): Count {
  return { k, n, ...wilson(k, n) };
}

function meansOf(lists: readonly (readonly NamedShare[])[]): NamedMean[] {
  const names = new Set(lists.flatMap((list) => list.map(({ name }) => name)));
  return [...names].map((name) => {
    const shares = lists.map((list) => list.find((share) => share.name === name)?.goodput ?? null);
    return { name, mean: meanInterval(known(shares)) };
  });
}

function limitsOf(outcomes: readonly Outcome[]): OutcomeTable["limits"] {
  const names = new Set(outcomes.flatMap(({ limits }) => limits.map(({ component }) => component)));
  return [...names].map((component) => {
    const loads = outcomes.flatMap(({ limits }) => limits.filter((limit) => limit.component === component));
    const load = meanInterval(loads.map(({ peoplePerSecond }) => peoplePerSecond));
    return { component, reached: countOf(loads.length, outcomes.length), load };
  });
}

function known(figures: readonly (number | null)[]): number[] {
  return figures.filter((figure) => figure !== null);
}
