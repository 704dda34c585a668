import { expect, test } from "vitest";
import { meanInterval } from "../../../scenarios/statistics/mean.ts";
import { percentileInterval, percentileRanks } from "../../../scenarios/statistics/percentile.ts";
import { clopperPearson, wilson } from "../../../scenarios/statistics/proportion.ts";
import { Stream } from "../../../sim/random.ts";
import { normalQuantile } from "../../../sim/special-functions.ts";

const EXPERIMENTS = 10_000;

/** Of so many experiments with a known truth, the share whose interval holds it. */
function covered(key: string, holds: (stream: Stream) => boolean): number {
  const stream = new Stream(key);
  let count = 0;
  for (let experiment = 0; experiment < EXPERIMENTS; experiment++) if (holds(stream)) count++;
  return count / EXPERIMENTS;
}

/** What chance alone makes of a share in 10 000 experiments, three standard deviations wide. */
function chanceIn(share: number): number {
  return 3 * Math.sqrt((share * (1 - share)) / EXPERIMENTS);
}

test.each([3, 5, 10, 30])(
  "Student's interval of %i normal figures holds their mean in 945 to 955 of 1000 experiments",
  (n) => {
    const share = covered(`mean of ${n}`, (stream) => {
      const { low, high } = meanInterval(Array.from({ length: n }, () => 5 + 2 * normalQuantile(stream.next())));
      return low! <= 5 && 5 <= high!;
    });
    expect(share).toBeGreaterThanOrEqual(0.945);
    expect(share).toBeLessThanOrEqual(0.955);
  },
);

/** P(X = k) for k = 0 to n. */
function binomial(n: number, p: number): number[] {
  // From the likelier end, because the other one is too small for a double.
  if (p > 0.5) return binomial(n, 1 - p).reverse();
  const probabilities = [(1 - p) ** n];
  for (let k = 1; k <= n; k++) probabilities.push((probabilities[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
  return probabilities;
}

/** Both computed by another program as sums over all counts that the interval of holds p. */
const SHARES: [n: number, p: number, wilson: number, clopperPearson: number][] = [
  [10, 0.05, 0.9138616441006836, 0.9884964426207032],
  [20, 0.1, 0.9568255047155365, 0.988746865835491],
  [40, 0.5, 0.9615226917157993, 0.9615226917157993],
  [40, 0.9, 0.9433171743852017, 0.969723811644121],
  [100, 0.01, 0.9206267977478195, 0.9816259635553501],
];

test.each(SHARES)(
  "of %i runs that collapse with probability %d, intervals hold that in exactly the stated share",
  (n, p, byWilson, byPearson) => {
    for (const [name, interval, exact] of [
      ["wilson", wilson, byWilson],
      ["pearson", clopperPearson, byPearson],
    ] as const) {
      const holds = Array.from({ length: n + 1 }, (_, k) => {
        const { low, high } = interval(k, n);
        return low <= p && p <= high;
      });
      const sum = binomial(n, p).reduce((all, probability, k) => all + (holds[k] ? probability : 0), 0);
      expect(sum).toBeCloseTo(exact, 12);
      const share = covered(`${name} ${n} ${p}`, (stream) => {
        let k = 0;
        for (let run = 0; run < n; run++) if (stream.next() < p) k++;
        return holds[k]!;
      });
      expect(Math.abs(share - exact)).toBeLessThan(chanceIn(exact));
    }
  },
);

test("Clopper and Pearson's interval never covers less than 95 %, whatever the truth", () => {
  const intervals = Array.from({ length: 31 }, (_, k) => clopperPearson(k, 30));
  for (let p = 0.01; p < 1; p += 0.01) {
    const sum = binomial(30, p).reduce((all, probability, k) => {
      const { low, high } = intervals[k]!;
      return low <= p && p <= high ? all + probability : all;
    }, 0);
    expect(sum).toBeGreaterThanOrEqual(0.95);
  }
});

const PERCENTILES: [n: number, p: number, low: number, high: number, exact: number][] = [
  [10, 0.5, 2, 9, 0.978515625],
  [40, 0.5, 14, 27, 0.9615226917157997],
  [100, 0.9, 84, 96, 0.955690107191223],
  [400, 0.99, 392, 400, 0.9612808870665179],
];

test.each(PERCENTILES)(
  "of %i values the interval of the %d quantile covers exactly the stated share",
  (n, p, low, high, exact) => {
    expect(percentileRanks(n, p)).toEqual({ low, high });
    const sum = binomial(n, p).reduce((all, probability, k) => (low <= k && k < high ? all + probability : all), 0);
    expect(sum).toBeCloseTo(exact, 12);
    const share = covered(`percentile ${n} ${p}`, (stream) => {
      const sorted = [...Float64Array.from({ length: n }, () => stream.next()).sort()];
      const interval = percentileInterval(sorted, p);
      return interval.low! <= p && p < interval.high!;
    });
    expect(Math.abs(share - exact)).toBeLessThan(chanceIn(exact));
  },
);
