import fc from "fast-check";
import { expect, test } from "vitest";
import { Constant } from "../../sim/distribution/constant.ts";
import { Empirical } from "../../sim/distribution/empirical.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { erlang, gamma } from "../../sim/distribution/gamma.ts";
import { Lognormal } from "../../sim/distribution/lognormal.ts";
import { Mixture } from "../../sim/distribution/mixture.ts";
import { Pareto } from "../../sim/distribution/pareto.ts";
import { Quantiles } from "../../sim/distribution/quantiles.ts";
import { Uniform } from "../../sim/distribution/uniform.ts";
import { Weibull } from "../../sim/distribution/weibull.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { Stream } from "../../sim/random.ts";

const DRAWS = 100_000;
const Z_99 = 2.5758;

const fastAndSlow = new Mixture([
  { weight: 9, distribution: new Exponential(1) },
  { weight: 1, distribution: new Exponential(21) },
]);
const measured = new Empirical([8, 1, 4, 3, 4]);
const dashboard = new Quantiles([
  { share: 0.5, value: 10 },
  { share: 0.9, value: 30 },
  { share: 1, value: 130 },
]);

interface Textbook {
  readonly name: string;
  readonly distribution: Distribution;
  readonly mean: number;
  readonly deviation: number;
  /** Values at the shares 0.01, 0.5 and 0.99. */
  readonly quantiles?: readonly [number, number, number];
}

/** Means, deviations and quantiles from the textbook formulas, the quantiles computed with another program. */
const textbook: readonly Textbook[] = [
  {
    name: "uniform 5 to 15",
    distribution: new Uniform(5, 15),
    mean: 10,
    deviation: 2.886751,
    quantiles: [5.1, 10, 14.9],
  },
  {
    name: "exponential mean 10",
    distribution: new Exponential(10),
    mean: 10,
    deviation: 10,
    quantiles: [0.10050336, 6.9314718, 46.051702],
  },
  {
    name: "erlang of 3 stages, mean 6",
    distribution: erlang(3, 6),
    mean: 6,
    deviation: 3.464102,
    quantiles: [0.87209033, 5.34812063, 16.81189383],
  },
  {
    name: "gamma mean 10, cv 0.5",
    distribution: gamma(10, 0.5),
    mean: 10,
    deviation: 5,
    quantiles: [2.05812172, 9.18015187, 25.11279379],
  },
  {
    name: "gamma mean 10, cv 2",
    distribution: gamma(10, 2),
    mean: 10,
    deviation: 20,
    quantiles: [2.699879e-7, 1.74695209, 97.35541689],
  },
  {
    name: "lognormal median 4, p99 40",
    distribution: new Lognormal(4, 40),
    mean: 6.52820422,
    deviation: 8.42009453,
    quantiles: [0.4, 4, 40],
  },
  {
    name: "pareto minimum 1, shape 2.5",
    distribution: new Pareto(1, 2.5),
    mean: 1.66666667,
    deviation: 1.490712,
    quantiles: [1.00402823, 1.31950791, 6.30957344],
  },
  {
    name: "weibull mean 10, shape 2",
    distribution: new Weibull(10, 2),
    mean: 10,
    deviation: 5.22723201,
    quantiles: [1.1312155, 9.39437279, 24.21463357],
  },
  { name: "nine fast, one slow", distribution: fastAndSlow, mean: 3, deviation: 9 },
  { name: "five measured values", distribution: measured, mean: 4, deviation: 2.280351, quantiles: [1, 4, 8] },
  { name: "a dashboard's curve", distribution: dashboard, mean: 21, deviation: 22.487033, quantiles: [10, 10, 120] },
];

function sample(distribution: Distribution): number[] {
  const stream = new Stream("v1|seed=1|rep=0|path=test|purpose=sample");
  return Array.from({ length: DRAWS }, () => distribution.draw(stream));
}

test.each(textbook)("the mean of 100 000 draws of $name is the one it states", ({ distribution, mean, deviation }) => {
  expect(distribution.mean).toBeCloseTo(mean, 6);
  const average = sample(distribution).reduce((sum, value) => sum + value, 0) / DRAWS;
  expect(Math.abs(average - mean)).toBeLessThan((Z_99 * deviation) / Math.sqrt(DRAWS));
});

test.each(textbook.filter(({ name }) => !name.startsWith("pareto")))(
  "the variance of 100 000 draws of $name is the textbook's",
  ({ distribution, mean, deviation }) => {
    const squares = sample(distribution).map((value) => (value - mean) ** 2);
    const variance = squares.reduce((sum, square) => sum + square, 0) / DRAWS;
    const spread = squares.reduce((sum, square) => sum + (square - variance) ** 2, 0) / DRAWS;
    expect(Math.abs(variance - deviation ** 2)).toBeLessThan(Z_99 * Math.sqrt(spread / DRAWS));
  },
);

test.each(textbook.filter(({ quantiles }) => quantiles !== undefined))(
  "$name has the textbook's p1, median and p99",
  ({ distribution, quantiles }) => {
    const [p1, median, p99] = quantiles as readonly [number, number, number];
    expect(distribution.at(0.01) / p1).toBeCloseTo(1, 5);
    expect(distribution.at(0.5) / median).toBeCloseTo(1, 6);
    expect(distribution.at(0.99) / p99).toBeCloseTo(1, 6);
  },
);

test("99 of 100 draws of a lognormal stay below its p99, half of them below its median", () => {
  const values = sample(new Lognormal(4, 40));
  const below = (bound: number) => values.filter((value) => value < bound).length;
  expect(Math.abs(below(40) - 99_000)).toBeLessThan(Z_99 * Math.sqrt(DRAWS * 0.99 * 0.01));
  expect(Math.abs(below(4) - 50_000)).toBeLessThan(Z_99 * Math.sqrt(DRAWS * 0.25));
});

test("the cv of a gamma is the deviation in means: 0 constant, 1 exponential", () => {
  expect(gamma(7, 0).at(0.3)).toBe(7);
  expect(gamma(7, 1).at(0.3)).toBe(new Exponential(7).at(0.3));
  for (const cv of [0.01, 0.1, 0.3, 0.99, 1.01, 3]) {
    const values = sample(gamma(7, cv));
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS);
    expect(deviation / mean / cv).toBeGreaterThan(0.97);
    expect(deviation / mean / cv).toBeLessThan(1.03);
  }
});

test("two exponential stages are slower than t with probability e^-x (1 + x), x = 2 t / mean, out to the far tail", () => {
  const twoStages = erlang(2, 2);
  for (const tail of [0.9, 0.5, 0.1, 1e-3, 1e-6, 1e-9]) {
    const x = twoStages.at(1 - tail);
    expect((Math.exp(-x) * (1 + x)) / tail).toBeCloseTo(1, 5);
  }
});

test("a larger number never stands for a smaller value", () => {
  const parameter = fc.double({ min: 0.05, max: 8, noNaN: true });
  const any = fc.tuple(parameter, parameter).chain(([a, b]) =>
    fc.constantFrom<Distribution>(
      new Constant(a),
      new Uniform(a, a + b),
      new Exponential(a),
      gamma(a, b),
      erlang(Math.ceil(a * 10), b),
      new Lognormal(a, a + b),
      new Pareto(a, b),
      new Weibull(a, b),
      new Empirical([a, b, a * b]),
      new Quantiles([
        { share: 0.5, value: a },
        { share: 0.9, value: a + b },
      ]),
    ),
  );
  const step = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const u = (k: number) => (k + 0.5) / 2 ** 32;
  fc.assert(
    fc.property(any, step, step, (distribution, j, k) => {
      const low = distribution.at(u(Math.min(j, k)));
      const high = distribution.at(u(Math.max(j, k)));
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThan(Infinity);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("neighbouring numbers never swap their gamma values", () => {
  for (const cv of [0.01, 0.2, 0.7, 1.5, 5, 10]) {
    const distribution = gamma(1, cv);
    let last = -1;
    for (let k = 1; k < 200_000; k++) {
      const value = distribution.at(k / 200_000);
      if (value < last) expect.fail(`cv ${cv}: ${value} after ${last} at ${k}`);
      last = value;
    }
  }
});

test("every draw takes one number from the stream, whatever the distribution", () => {
  for (const distribution of [new Constant(3), ...textbook.map((row) => row.distribution)]) {
    const stream = new Stream("one each");
    const untouched = new Stream("one each");
    for (let i = 0; i < 50; i++) {
      distribution.draw(stream);
      untouched.next();
    }
    expect(stream.next()).toBe(untouched.next());
  }
});

test("a mixture sends nine draws of ten to the branch of weight nine", () => {
  const mixture = new Mixture([
    { weight: 9, distribution: new Constant(1) },
    { weight: 0, distribution: new Constant(2) },
    { weight: 1, distribution: new Constant(3) },
  ]);
  const values = sample(mixture);
  const ones = values.filter((value) => value === 1).length;
  expect(Math.abs(ones - 90_000)).toBeLessThan(Z_99 * Math.sqrt(DRAWS * 0.09));
  expect(values.includes(2)).toBe(false);
});

test("within a mixture's branch the whole of its distribution occurs", () => {
  const mixture = new Mixture([
    { weight: 0.25, distribution: new Uniform(0, 1) },
    { weight: 0.75, distribution: new Uniform(10, 13) },
  ]);
  expect(mixture.at(0.125)).toBeCloseTo(0.5, 12);
  expect(mixture.at(0.25)).toBeCloseTo(10, 6);
  expect(mixture.at(0.625)).toBeCloseTo(11.5, 12);
  expect(mixture.at(1 - 2 ** -33)).toBeCloseTo(13, 6);
});

test("a number on the very border of a mixture's branch still stands for a value", () => {
  const mixture = new Mixture([
    { weight: 2 ** 32 + 1, distribution: gamma(1, 0.5) },
    { weight: 2 ** 32 - 1, distribution: gamma(1, 0.5) },
  ]);
  expect(mixture.at(0.5 + 2 ** -33)).toBe(gamma(1, 0.5).at(2 ** -33));
});

test("a quantile curve invents nothing below its first point or above its last", () => {
  const curve = new Quantiles([
    { share: 0.5, value: 10 },
    { share: 0.99, value: 108 },
  ]);
  expect(curve.at(2 ** -33)).toBe(10);
  expect(curve.at(0.5)).toBe(10);
  expect(curve.at(0.745)).toBeCloseTo(59, 10);
  expect(curve.at(0.999)).toBe(108);
  expect(curve.mean).toBeCloseTo(5 + 0.49 * 59 + 1.08, 12);
});

test("the heaviest tails end where the streams end, at finite values", () => {
  expect(new Pareto(1, 1).at(1 - 2 ** -33)).toBeCloseTo(2 ** 33, -2);
  expect(new Pareto(1, 1).mean).toBe(Infinity);
  expect(new Exponential(1).at(1 - 2 ** -33)).toBeCloseTo(22.87, 2);
});

test("parameters that describe no distribution are refused", () => {
  expect(() => new Uniform(2, 1)).toThrow("uniform from 2 to 1");
  expect(() => new Exponential(-1)).toThrow("mean -1");
  expect(() => gamma(1, 20)).toThrow("cv 20");
  expect(() => gamma(1, Number.NaN)).toThrow("cv NaN");
  expect(() => erlang(2.5, 1)).toThrow("2.5 stages");
  expect(() => new Lognormal(4, 3)).toThrow("p99 3");
  expect(() => new Pareto(0, 1)).toThrow("minimum 0");
  expect(() => new Weibull(1, 0)).toThrow("shape 0");
  expect(() => new Empirical([])).toThrow("without values");
  expect(() => new Quantiles([])).toThrow("without points");
  expect(() => new Mixture([])).toThrow("weights");
  const falling = [
    { share: 0.5, value: 2 },
    { share: 0.9, value: 1 },
  ];
  expect(() => new Quantiles(falling)).toThrow("rise from point to point");
});
