import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chart, plotOf } from "../../../../ui/web/replay/charts/chart.ts";
import { bandOf, derivedCurve, spanFor } from "../../../../ui/web/replay/charts/curve.ts";

const BIN = 200_000;

const chartOf = (values: Float32Array): Chart => ({
  name: "chosen",
  unit: "",
  step: BIN,
  curves: [derivedCurve("connections", values)],
  thresholds: [],
});

test("a spike of one bin in 6,000 is the most of its column at every width, and nowhere else (point 21)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5999 }), fc.integer({ min: 200, max: 1900 }), (at, pixels) => {
      const values = new Float32Array(6000).fill(40);
      values[at] = 150;
      const { seconds, curves } = plotOf(chartOf(values), { from: 0, until: 6000 * BIN }, pixels);
      const spikes = curves[0]!.max.flatMap((most, column) => (most === 150 ? [column] : []));
      expect(spikes).toHaveLength(1);
      const width = (6000 * BIN) / 1e6 / pixels;
      expect(Math.abs(seconds[spikes[0]!]! - ((at + 0.5) * BIN) / 1e6)).toBeLessThanOrEqual(2 * width);
    }),
  );
});

test("a chart has at least one point and less than four for each pixel, as long as there are points", () => {
  expect(spanFor(0.3, 900)).toBe(1);
  expect(spanFor(3.9, 6000)).toBe(1);
  expect(spanFor(4, 6000)).toBe(4);
  expect(spanFor(20, 6000)).toBe(16);
  expect(spanFor(1e9, 6000)).toBe(4096);
});

test("a band goes from the least to the most and its mean lies between; where nothing was measured there is a gap", () => {
  const band = bandOf(Float32Array.of(1, 5, Number.NaN, 3, Number.NaN, Number.NaN, Number.NaN, Number.NaN), 4);
  expect([...band.mean]).toEqual([3, Number.NaN]);
  expect([...band.min]).toEqual([1, Number.NaN]);
  expect([...band.max]).toEqual([5, Number.NaN]);
  const { curves } = plotOf(chartOf(Float32Array.of(7, Number.NaN)), { from: 0, until: 2 * BIN }, 100);
  expect(curves[0]!.mean).toEqual([7, null]);
});

test("zoomed in, a chart draws the single bins that are shown and one beyond on either side", () => {
  const values = Float32Array.from({ length: 6000 }, (_, bin) => bin);
  const { span, curves } = plotOf(chartOf(values), { from: 100 * BIN, until: 110 * BIN }, 400);
  expect(span).toBe(1);
  expect([curves[0]!.mean[0], curves[0]!.mean.at(-1)]).toEqual([99, 110]);
});
