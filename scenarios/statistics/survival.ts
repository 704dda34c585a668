import { exp, log, pow } from "../../sim/math.ts";
import { normalQuantile } from "../../sim/special-functions.ts";
import { chiSquareQuantile } from "./chi-square.ts";
import type { Interval } from "./interval.ts";
import { clopperPearson, type ProportionInterval } from "./proportion.ts";

/** How long something lasted; or, if censored, how long at least, because it was not watched any longer. */
export interface Lifetime {
  readonly time: number;
  readonly isCensored: boolean;
}

/** From a time on, the share of all that last longer, with its 95 % interval (or as stated). */
export interface SurvivalStep extends ProportionInterval {
  readonly time: number;
  readonly share: number;
}

/** A time that half of all last longer than; undefined where more than half do, as far as was watched. */
export interface MedianLifetime extends Interval {
  readonly median: number | undefined;
  readonly n: number;
  readonly censored: number;
}

/**
 * The share of all that last longer than each time at which one ended, those that were not watched to their end counted
 * for as long as they were. The interval is that of Greenwood's variance on the scale log(-log S).
 *
 * Source: E. L. Kaplan, P. Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53 (1958); interval: J. D.
 * Kalbfleisch, R. L. Prentice, "The Statistical Analysis of Failure Time Data" (1980), 1.3.
 */
export function kaplanMeier(lifetimes: readonly Lifetime[], confidence = 0.95): SurvivalStep[] {
  const z = normalQuantile((1 + confidence) / 2);
  const ends = lifetimes.filter(({ isCensored }) => !isCensored).map(({ time }) => time);
  const times = [...new Set(ends)].sort((a, b) => a - b);
  let share = 1;
  let variance = 0;
  return times.map((time) => {
    const atRisk = lifetimes.filter((each) => each.time >= time).length;
    const ended = ends.filter((each) => each === time).length;
    share *= 1 - ended / atRisk;
    variance += ended / (atRisk * (atRisk - ended));
    // Where none is left Greenwood's variance says nothing; of so many ends, none lasted longer.
    if (share === 0) return { time, share, ...clopperPearson(0, ends.length, confidence) };
    return { time, share, ...intervalOf(share, variance, z) };
  });
}

function intervalOf(share: number, variance: number, z: number): ProportionInterval {
  const factor = exp((z * Math.sqrt(variance)) / Math.abs(log(share)));
  return { low: pow(share, factor), high: pow(share, 1 / factor) };
}

/**
 * The median of lifetimes some of which were not watched to their end, with its interval: the times at which the interval
 * of the share does not exclude a half.
 *
 * Source: R. Brookmeyer, J. Crowley, "A Confidence Interval for the Median Survival Time", Biometrics 38 (1982).
 */
export function medianLifetime(lifetimes: readonly Lifetime[], confidence = 0.95): MedianLifetime {
  const steps = kaplanMeier(lifetimes, confidence);
  const censored = lifetimes.filter(({ isCensored }) => isCensored).length;
  return {
    median: steps.find(({ share }) => share <= 0.5)?.time,
    low: steps.find(({ low }) => low <= 0.5)?.time,
    high: steps.find(({ high }) => high <= 0.5)?.time,
    n: lifetimes.length,
    censored,
  };
}

/** How often something ends, per unit of time, while it lasts. */
export interface EscapeRate extends Interval {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Ends per time watched, with the exact interval for a Poisson count, [χ²(2r)/2T, χ²(2r+2)/2T]; the time is above 0.
 *
 * It supposes that the end is as likely at any instant, however long it has lasted already.
 */
export function escapeRate(ends: number, time: number, confidence = 0.95): EscapeRate {
  const tail = (1 - confidence) / 2;
  return {
    rate: ends / time,
    low: ends === 0 ? 0 : chiSquareQuantile(tail, 2 * ends) / (2 * time),
    high: chiSquareQuantile(1 - tail, 2 * ends + 2) / (2 * time),
  };
}

/** What lasted for a time in all and never ended lasts, on average, at least so long: a third of that time at 95 %. */
export function leastMeanLifetime(time: number, confidence = 0.95): number {
  return (2 * time) / chiSquareQuantile(confidence, 2);
}
