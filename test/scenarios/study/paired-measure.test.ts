import fc from "fast-check";
import { expect, test } from "vitest";
import { type Pair, type PairedMeasure, pairedMeasure } from "../../../scenarios/study/paired-measure.ts";

const A = [10, 12, 9, 11, 13];
const B = [11, 13, 10, 12, 15];

const pairsOf = (as: readonly (number | null)[], bs: readonly (number | null)[]): Pair[] =>
  as.map((a, at) => ({ a, b: bs[at]! }));

test("a difference is taken pair by pair, with Student's interval, and pairing narrows it as far as the sides vary alike", () => {
  const { paired } = pairedMeasure("waiting", "ms", pairsOf(A, B));
  expect(paired!.a.mean).toBe(11);
  expect(paired!.a.high! - 11).toBeCloseTo(1.963243, 6);
  expect(paired!.difference).toMatchObject({ n: 5, mean: 1.2 });
  expect(paired!.difference.high! - 1.2).toBeCloseTo((2.776445 * Math.sqrt(0.2)) / Math.sqrt(5), 6);
  expect(paired!.correlation).toBeCloseTo(3 / Math.sqrt(2.5 * 3.7), 12);
  expect(paired!.gain).toBeCloseTo((2.5 + 3.7) / 0.2, 9);
});

test("sides that react to the same luck in opposite ways gain nothing from it", () => {
  const { paired } = pairedMeasure(
    "waiting",
    "ms",
    pairsOf(
      A,
      A.map((each) => 22 - each),
    ),
  );
  expect(paired!.correlation).toBeCloseTo(-1, 12);
  expect(paired!.gain).toBeCloseTo(0.5, 12);
});

test("a pair of which one side measured nothing is left out, and no pair at all gives no figure", () => {
  const some = pairedMeasure("waiting", "ms", pairsOf([null, ...A], [7, ...B]));
  expect(some).toEqual(pairedMeasure("waiting", "ms", pairsOf(A, B)));
  expect(pairedMeasure("waiting", "ms", pairsOf([null, 1], [2, null])).paired).toBeNull();
});

test("there is no correlation with a side that never varies, nor in a single pair", () => {
  // Ten times 0.1 is not quite 1, so the mean of what never varies is not quite 0.1.
  const constant = Array.from({ length: 10 }, () => 0.1);
  const never = pairedMeasure("share", "%", pairsOf([...A, ...B], constant)).paired!;
  expect([never.correlation, never.gain]).toEqual([null, expect.closeTo(1, 9)]);
  const single = pairedMeasure("share", "%", pairsOf([1], [3])).paired!;
  expect(single).toMatchObject({ correlation: null, gain: null, difference: { n: 1, mean: 2, low: undefined } });
});

test("to exchange the sides exchanges every sign, bit for bit", () => {
  const figure = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { freq: 8 });
  const pairs = fc.array(fc.record({ a: figure, b: figure }), { maxLength: 30 });
  fc.assert(
    fc.property(pairs, (these) => {
      const there = pairedMeasure("any", "", these);
      const back = pairedMeasure(
        "any",
        "",
        these.map(({ a, b }) => ({ a: b, b: a })),
      );
      expect(back).toEqual(exchanged(there));
    }),
  );
});

function exchanged(measure: PairedMeasure): PairedMeasure {
  const { paired } = measure;
  if (paired === null) return measure;
  const { a, b, difference } = paired;
  const minus = (value: number | undefined) => (value === undefined ? undefined : 0 - value);
  const turned = { ...difference, mean: 0 - difference.mean, low: minus(difference.high), high: minus(difference.low) };
  return { ...measure, paired: { ...paired, a: b, b: a, difference: turned } };
}
