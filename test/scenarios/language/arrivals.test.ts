import { expect, test } from "vitest";
import { readArrivals } from "../../../scenarios/language/arrivals.ts";
import { formatProblem, type Problem } from "../../../scenarios/language/problem.ts";
import { CASCADE } from "./cascade.ts";
import { loaded, said } from "./said.ts";

function mistakesIn(text: string): string[] {
  return (readArrivals(text, "a.csv") as Problem[]).map(formatProblem);
}

test("recorded arrivals are read with their units; a bare number is in seconds", () => {
  expect(readArrivals("at,class,work\n0.25,main,4ms\n1.5s,noti,\r\n\n", "a.csv")).toEqual([
    { at: "250000us", class: "main", work: "4000us" },
    { at: "1500000us", class: "noti" },
  ]);
});

test("each mistake in a recording is told with its line and column", () => {
  expect(mistakesIn("at, class, works\n1s, a, 2ms\n")).toEqual(['a.csv:1:12: unknown column "works"; expected "work"']);
  expect(mistakesIn("time\n1s\n")).toEqual([
    'a.csv:1:1: unknown column "time"; expected one of at, class, work, waits',
    'a.csv:1:1: the column "at" is missing; expected a first line with one of at, class, work, waits',
  ]);
  expect(mistakesIn("at,class\n1s,a\nsoon,b\n,c\n0.5s,d\n2s\n")).toEqual([
    'a.csv:3:1: "soon" is not a duration; expected a duration such as "250ms", "1.5s", "2m", "1m30s" or "1h"',
    'a.csv:4:1: "at" is empty; expected a time such as 12.5s',
    "a.csv:5:1: this is earlier than the row before it; expected rows in order of time",
    "a.csv:6:1: 1 cells; expected 2, as in the first line",
  ]);
  expect(mistakesIn("at\n")).toEqual(["a.csv:2:1: there are no rows; expected a row for each person"]);
});

const RECORDED = CASCADE.replace("rate: 200/s\n", "recorded: people.csv\n");

test("a load takes its people from the file that it names", () => {
  const scenario = loaded(RECORDED, {
    read: (path) => (path === "people.csv" ? "at,class\n1s,main\n2s,noti\n" : undefined),
  });
  expect(scenario.components.get("load-test")?.options).toMatchObject({
    recorded: [
      { at: 1_000_000, class: "main" },
      { at: 2_000_000, class: "noti" },
    ],
  });
});

test("a recording with a mistake is reported where the mistake is", () => {
  expect(said(RECORDED, { read: () => "at\n1s\nlater\n" })).toEqual([
    'people.csv:3:1: "later" is not a duration; expected a duration such as "250ms", "1.5s", "2m", "1m30s" or "1h"',
  ]);
});

test("a recording that is not there is reported where it is named", () => {
  expect(said(RECORDED, { read: () => undefined })).toEqual([
    '16:15: load-test.recorded: there is no file "people.csv"; expected the path of a file with recorded arrivals',
  ]);
});
