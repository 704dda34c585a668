import { expect, test } from "vitest";
import type { Measure } from "../../../scenarios/check/expression.ts";
import { type MeasureSense, senseOfMeasure } from "../../../scenarios/check/measure.ts";
import { parseMeasure } from "../../../scenarios/check/parse.ts";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { goodOfHundred, type Measured, OFFERS, readings, seconds } from "./readings.ts";

function senseOf(text: string): MeasureSense {
  const sense = senseOfMeasure(parseMeasure(text) as Measure, OFFERS);
  if (sense instanceof TextMistake) throw new Error(`${sense.wrong}; ${sense.right}`);
  return sense;
}

/** What a measure gives, in the unit that people read. */
function measured(text: string, what: Measured): number | undefined {
  const sense = senseOf(text);
  const value = sense.valueIn(readings(what));
  return value === undefined ? undefined : value / sense.scale.size;
}

test("a measure in k6's form is what the threshold would compare", () => {
  const counted = { seconds: 100, counts: { http_reqs: seconds([100, 15]) }, failed: { hits: 5, total: 20 } };
  expect(measured("http_reqs{load:load-test} rate", counted)).toBe(15);
  expect(measured("http_reqs count", counted)).toBe(1500);
  expect(measured("http_req_failed rate", counted)).toBe(25);
});

test("levels, totals of a window and goodput are measured as checks do", () => {
  const what = {
    seconds: 60,
    levels: { Threads_connected: seconds([30, 10], [30, 20]) },
    counts: { drops: seconds([30, 2], [30, 4]) },
    goodput: { "": goodOfHundred([30, 100], [30, 50]) },
  };
  expect(measured("mean(Threads_connected(noti-db))", what)).toBe(15);
  expect(measured("max(Threads_connected(noti-db)) within 0s..30s", what)).toBe(10);
  expect(measured("drops(nodes) within 30s..60s", what)).toBe(120);
  expect(measured("goodput(load-test)", what)).toBe(75);
});

test("first tells when something comes to be so for the first time, and nothing where it never does", () => {
  const what = {
    seconds: 60,
    levels: { Threads_connected: seconds([40, 10], [20, 151]) },
    counts: { drops: seconds([25, 0], [35, 3]) },
  };
  expect(measured("first(Threads_connected(noti-db) >= 151)", what)).toBe(40);
  expect(measured("first(drops(nodes) > 0)", what)).toBe(25);
  expect(measured("first(drops(nodes) >= 10)", what)).toBe(28);
  expect(measured("first(drops(nodes) > 105)", what)).toBeUndefined();
});

test("one number per another has no unit, and is nothing where there is nothing to divide by", () => {
  const what = { seconds: 10, counts: { http_reqs: seconds([10, 20]), drops: seconds([10, 5]) } };
  expect(measured("drops(nodes) / http_reqs(load-test)", what)).toBe(0.25);
  expect(measured("drops(nodes) / http_reqs(load-test) within 5s..10s", what)).toBe(0.5);
  const nobody = { seconds: 10, counts: { http_reqs: seconds([10, 0]), drops: seconds([10, 5]) } };
  expect(measured("drops(nodes) / http_reqs(load-test)", nobody)).toBeUndefined();
});

test("an amount is read in the unit of its measure", () => {
  expect(senseOf("http_req_duration p(95)").read("5.67s")).toBe(5_670_000);
  expect(senseOf("http_reqs rate").read("104.7/s")).toBe(104.7);
  expect(senseOf("goodput(load-test)").read("15.48%")).toBeCloseTo(0.1548, 12);
  expect(senseOf("first(drops(nodes) > 0)").read("1.7s")).toBe(1_700_000);
  expect(senseOf("drops(nodes) / http_reqs(load-test)").read("33%")).toBe(0.33);
  expect(senseOf("max(ready(proxysql))").read("many")).toBeInstanceOf(Object);
});

test.each([
  [
    "Threads_connected(noti-db)",
    "Threads_connected has a value at every instant; mean(Threads_connected(...)), or max, min, last",
  ],
  ["goodput(load-test) for all of 1m..2m", 'this is a statement, not a number; "within 2m..15m"'],
  ["http_reqs p(95)", 'http_reqs is a counter and has no "p"; one of count, rate'],
  ["drop(nodes)", 'unknown metric of nodes "drop"; "drops"'],
  [
    "first(http_req_duration(load-test) > 3)",
    "http_req_duration is not known from instant to instant; a level, a counter or goodput",
  ],
])("%s is no measure", (text, why) => {
  const sense = senseOfMeasure(parseMeasure(text) as Measure, OFFERS) as TextMistake;
  expect(`${sense.wrong}; ${sense.right}`).toContain(why.slice(0, 40));
  expect(sense).toBeInstanceOf(TextMistake);
});

test("a comparison is out of place in a measure", () => {
  const mistake = parseMeasure("http_reqs rate < 5") as TextMistake;
  expect([mistake.at, mistake.wrong]).toEqual([15, '"<" is out of place']);
});
