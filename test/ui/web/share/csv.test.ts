import { expect, test } from "vitest";
import { derivedCurve } from "../../../../ui/web/replay/charts/curve.ts";
import { csvOf } from "../../../../ui/web/share/csv.ts";

test("a chart as CSV has a row for each point of the part that is shown, and no formula of a spreadsheet (point 34)", () => {
  const curves = [
    derivedCurve('say "hi", you', Float32Array.of(1, 2.5, Number.NaN, 4)),
    derivedCurve("=1+1", Float32Array.of(0, 0, 7)),
  ];
  const chart = { name: "queues", unit: "people", step: 500_000, curves, thresholds: [] } as const;
  expect(csvOf(chart, { from: 500_000, until: 2_000_000 }).split("\r\n")).toEqual([
    `seconds,"say ""hi"", you (people)",'=1+1 (people)`,
    "0.5,2.5,0",
    "1,,7",
    "1.5,4,",
    "",
  ]);
});
