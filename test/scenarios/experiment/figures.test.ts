import { expect, test } from "vitest";
import { checkAmount, figure, percent } from "../../../scenarios/experiment/figures.ts";

test("what a check measured is an outage by name, or an amount in its unit with three digits that say something", () => {
  expect([0, 1, 2].map((severity) => checkAmount(severity, "outage"))).toEqual([
    { outage: "none" },
    { outage: "partial" },
    { outage: "complete" },
  ]);
  expect(checkAmount(1939.6, "ms")).toEqual({ amount: "1,940 ms" });
  expect(checkAmount(56.96389306793195, "%")).toEqual({ amount: "57 %" });
  expect(checkAmount(3, "")).toEqual({ amount: "3" });
});

test("all and none are never the result of rounding", () => {
  expect([percent(0.99999), percent(1), percent(0.00001), percent(0)]).toEqual(["99.9 %", "100.0 %", "0.1 %", "0.0 %"]);
  expect([figure(282_268), figure(0.012345)]).toEqual(["282,268", "0.0123"]);
});
