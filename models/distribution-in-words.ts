import { Constant } from "../sim/distribution/constant.ts";
import { Empirical } from "../sim/distribution/empirical.ts";
import { Exponential } from "../sim/distribution/exponential.ts";
import { erlang, gamma } from "../sim/distribution/gamma.ts";
import { Lognormal } from "../sim/distribution/lognormal.ts";
import { type Branch, Mixture } from "../sim/distribution/mixture.ts";
import { Pareto } from "../sim/distribution/pareto.ts";
import { Quantiles } from "../sim/distribution/quantiles.ts";
import { Uniform } from "../sim/distribution/uniform.ts";
import { Weibull } from "../sim/distribution/weibull.ts";
import type { Distribution } from "../sim/distribution.ts";
import { Mistake, type Reader, readNumber, readShare, show } from "./unit.ts";

/** One family of distributions: how it is written, and how it is built from the words after its name. */
interface Family {
  readonly form: string;
  build(words: readonly string[], read: Reader<number>): Distribution | Mistake;
}

const LONGEST_TEXT = 2000;

/**
 * A distribution in words: "50ms", "exponential mean 50ms", "uniform 0s..5s", "lognormal median 4ms p99 40ms",
 * "mixture 90% exponential mean 5ms | 10% 100ms". `read` reads the values; they keep its unit.
 */
export function readDistribution(value: unknown, read: Reader<number>): Distribution | Mistake {
  if (typeof value !== "string") return constant(value, read);
  if (value.length > LONGEST_TEXT) return new Mistake("the text is too long", `at most ${LONGEST_TEXT} characters`);
  const [name = "", ...words] = value.trim().split(/\s+/);
  if (name === "mixture") return mixture(value, read);
  const family = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
  if (family !== undefined) return family.build(words, read);
  if (/^[\d-]/.test(name)) return constant(value, read);
  return new Mistake(
    `${show(name)} is not a distribution`,
    `a value, or one of ${Object.keys(FAMILIES).join(", ")}, mixture`,
  );
}

const FAMILIES: Readonly<Record<string, Family>> = {
  constant: {
    form: '"constant 50ms"',
    build: (words, read) => constant(words.join(" "), read),
  },
  exponential: {
    form: '"exponential mean 50ms"',
    build(words, read) {
      const named = namedValues(words, { mean: read }, this.form);
      return named instanceof Mistake ? named : new Exponential(named.mean!);
    },
  },
  uniform: {
    form: '"uniform 0s..5s"',
    build(words, read) {
      const bounds = words.join("").split("..");
      if (bounds.length !== 2) return new Mistake("uniform needs two bounds", this.form);
      const [low, high] = [read(bounds[0]), read(bounds[1])];
      if (low instanceof Mistake) return low;
      if (high instanceof Mistake) return high;
      return low <= high ? new Uniform(low, high) : new Mistake("the first bound is above the second", this.form);
    },
  },
  lognormal: {
    form: '"lognormal median 4ms p99 40ms"',
    build(words, read) {
      const named = namedValues(words, { median: read, p99: read }, this.form);
      if (named instanceof Mistake) return named;
      const { median = 0, p99 = 0 } = named;
      const right = "a median above 0 and a p99 that is not below it";
      return median > 0 && p99 >= median
        ? new Lognormal(median, p99)
        : new Mistake("no lognormal has these figures", right);
    },
  },
  erlang: {
    form: '"erlang 3 mean 50ms"',
    build([stages = "", ...words], read) {
      const count = readNumber(Number(stages || "x"), 1, 10_000, true);
      if (count instanceof Mistake)
        return new Mistake(`${show(stages)} is not a number of stages`, `${this.form}, 1 to 10000 stages`);
      const named = namedValues(words, { mean: read }, this.form);
      return named instanceof Mistake ? named : erlang(count, named.mean!);
    },
  },
  gamma: {
    form: '"gamma mean 50ms cv 2"',
    build(words, read) {
      const named = namedValues(words, { mean: read, cv: number(0, 10) }, this.form);
      if (named instanceof Mistake) return named;
      const { mean = 0, cv = 0 } = named;
      return cv === 0 || cv >= 0.01 ? gamma(mean, cv) : new Mistake(`cv ${cv} is too small`, "0, or from 0.01 to 10");
    },
  },
  pareto: {
    form: '"pareto minimum 1ms shape 1.5"',
    build(words, read) {
      const named = namedValues(words, { minimum: read, shape: number(0.5, 100) }, this.form);
      if (named instanceof Mistake) return named;
      const { minimum = 0, shape = 1 } = named;
      return minimum > 0
        ? new Pareto(minimum, shape)
        : new Mistake("the minimum is 0", `a minimum above 0: ${this.form}`);
    },
  },
  weibull: {
    form: '"weibull mean 50ms shape 0.7"',
    build(words, read) {
      const named = namedValues(words, { mean: read, shape: number(0.1, 100) }, this.form);
      return named instanceof Mistake ? named : new Weibull(named.mean!, named.shape!);
    },
  },
  empirical: {
    form: '"empirical 12ms 15ms 40ms"',
    build(words, read) {
      const values = words.map(read);
      const mistake = values.find((value) => value instanceof Mistake);
      if (mistake !== undefined) return mistake;
      return values.length > 0 ? new Empirical(values as number[]) : new Mistake("empirical needs values", this.form);
    },
  },
  quantiles: {
    form: '"quantiles p50 4ms p90 12ms p99 40ms"',
    build(words, read) {
      const points: { share: number; value: number }[] = [];
      for (let i = 0; i < words.length; i += 2) {
        const share = readShare(`${words[i]!.replace(/^p/, "")}%`);
        const value = read(words[i + 1]);
        if (share instanceof Mistake) return new Mistake(`${show(words[i])} is not a percentile`, this.form);
        if (value instanceof Mistake) return value;
        points.push({ share, value });
      }
      const rising = points.every(({ share, value }, i) => {
        const before = points[i - 1];
        return before === undefined || (share > before.share && value >= before.value);
      });
      if (points.length === 0) return new Mistake("quantiles need points", this.form);
      return rising ? new Quantiles(points) : new Mistake("the quantiles do not rise from point to point", this.form);
    },
  },
};

const MIXTURE = '"mixture 90% exponential mean 5ms | 10% 100ms"';
const MOST_BRANCHES = 20;

/** Branches stand between "|", "," or "and"; their shares add up to 100%. */
function mixture(text: string, read: Reader<number>): Distribution | Mistake {
  const branches: Branch[] = [];
  const parts = text
    .trim()
    .slice("mixture".length)
    .split(/[|,]|\band\b/);
  if (parts.length > MOST_BRANCHES) return new Mistake(`${parts.length} branches`, `at most ${MOST_BRANCHES} branches`);
  for (const part of parts) {
    const [share = "", ...words] = part.trim().split(/\s+/);
    const weight = share.endsWith("%") ? readShare(share) : new Mistake(`${show(share)} is not a percentage`, MIXTURE);
    if (weight instanceof Mistake) return weight;
    const distribution =
      words[0] === "mixture" ? new Mistake("a mixture in a mixture", MIXTURE) : readDistribution(words.join(" "), read);
    if (distribution instanceof Mistake) return distribution;
    branches.push({ weight, distribution });
  }
  const total = branches.reduce((sum, { weight }) => sum + weight, 0);
  if (Math.abs(total - 1) < 1e-9) return new Mixture(branches);
  return new Mistake(`the shares add up to ${Math.round(total * 1e6) / 1e4}%`, `100% in all: ${MIXTURE}`);
}

function constant(value: unknown, read: Reader<number>): Distribution | Mistake {
  const number = read(value);
  return number instanceof Mistake ? number : new Constant(number);
}

function number(least: number, most: number): Reader<number> {
  return (word) => readNumber(word === undefined ? undefined : Number(word), least, most, false);
}

/** Words such as "mean 50ms cv 2", in any order, each name once and none missing. */
function namedValues(
  words: readonly string[],
  readers: Readonly<Record<string, Reader<number>>>,
  form: string,
): Readonly<Record<string, number>> | Mistake {
  const values: Record<string, number> = {};
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i]!;
    const read = Object.hasOwn(readers, name) ? readers[name]! : undefined;
    if (read === undefined || Object.hasOwn(values, name)) return new Mistake(`${show(name)} is out of place`, form);
    if (words[i + 1] === undefined) return new Mistake(`"${name}" has no value`, form);
    const value = read(words[i + 1]);
    if (value instanceof Mistake) return value;
    values[name] = value;
  }
  const missing = Object.keys(readers).find((name) => !Object.hasOwn(values, name));
  return missing === undefined ? values : new Mistake(`"${missing}" is missing`, form);
}
