import { expect, test } from "vitest";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { enoughRuns } from "../../../scenarios/statistics/enough-runs.ts";
import { type EstimateQuestion, estimateOf } from "../../../scenarios/study/estimate.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { readPrecision, responseTo } from "../../../scenarios/study/response.ts";
import { conductHere, type Round } from "../../../scenarios/study/study.ts";
import { SECOND } from "../../../sim/time.ts";

/** Twenty a second who each stay for ten: from nobody at the start to two hundred at a time, by Little's law. */
const FILLING = `name: filling
title: A house that fills
duration: 120s
seed: 1
components:
  guests:
    kind: load
    to: house
    rate: 20/s
    patience: 10m
    classes: [{ name: stay, waits: exponential mean 10s }]
  house: { kind: service, workers: 100000 }
checks: []
`;
const INPUT = { file: "filling.yaml", text: FILLING, attachments: new Map() };
const GUESTS = "mean(in_flight(guests))";

function question(of: string | undefined, change: Partial<EstimateQuestion>): EstimateQuestion {
  const { overrides = [] } = change;
  const scenario = loadInput(INPUT, { overrides }).scenario!;
  const response = responseTo(of, scenario);
  if (response instanceof TextMistake) throw response;
  const standard = { overrides, seed: undefined, response, precision: undefined, replications: 10, warmUp: undefined };
  return { ...standard, duration: scenario.duration, ...change };
}

function answerTo(asked: EstimateQuestion) {
  const replicator = new Replicator(INPUT);
  return conductHere(estimateOf(asked), (job) => replicator.attempt(job));
}

test("a house that fills holds the two hundred of Little's law once its warm-up is left out, and too few with it", () => {
  const whole = answerTo(question(GUESTS, {})).table.response.mean;
  // 200 (1 - exp(-t / 10 s)) is 183.3 on average over two minutes.
  expect(whole.low).toBeLessThan(183.3);
  expect(whole.high).toBeGreaterThan(183.3);
  expect(whole.high).toBeLessThan(195);
  const { warmUp, table } = answerTo(question(GUESTS, { warmUp: "auto" }));
  expect(warmUp).toMatchObject({ pilots: 5, unknown: 0 });
  expect(warmUp!.until! / SECOND).toBeGreaterThanOrEqual(20);
  expect(warmUp!.until! / SECOND).toBeLessThan(60);
  const { n, low, high } = table.response.mean;
  expect(n).toBe(10);
  expect(low).toBeLessThan(200);
  expect(high).toBeGreaterThan(200);
});

test("a run that ends while the house still fills is too short, and nothing is said of its mean", () => {
  const { warmUp, table, isDecided } = answerTo(question(GUESTS, { overrides: ["duration=20s"], warmUp: "auto" }));
  expect(warmUp!.until).toBeNull();
  expect([table.n, isDecided]).toEqual([0, false]);
});

test("the warm-up can be stated, and a counter per second has one as well", () => {
  const { warmUp, table } = answerTo(question("rate(http_reqs(guests))", { warmUp: 60 * SECOND }));
  expect(warmUp).toEqual({ until: 60 * SECOND, pilots: 0, unknown: 0 });
  expect(table.response.mean.low).toBeLessThan(20);
  expect(table.response.mean.high).toBeGreaterThan(20);
  expect(table.response.unit).toBe("requests/s");
});

test("runs end where the rule says, looked at in the order of their replications however many are done at once", () => {
  const asked = question(GUESTS, { precision: { halfWidth: 0.02, isRelative: true }, replications: 200 });
  const { enough, table, outcomes, isDecided } = answerTo(asked);
  const replicator = new Replicator(INPUT);
  const all = Array.from({ length: 40 }, (_, replication) => {
    return replicator.do({ overrides: [], replication, measures: [GUESTS] }).outcome.measured[0]!.value!;
  });
  expect(enough).toBe(enoughRuns(all, asked.precision!));
  expect(enough).toBeGreaterThan(3);
  expect(isDecided).toBe(true);
  expect(outcomes.map(({ replication }) => replication)).toEqual(Array.from({ length: enough! + 5 }, (_, at) => at));
  expect(table.response.mean.n).toBe(enough! + 5);
});

test("what the allowed runs do not settle stays undecided, and so does what was interrupted", () => {
  const asked = question(GUESTS, { precision: { halfWidth: 0.001, isRelative: true }, replications: 12 });
  const { enough, isDecided, table } = answerTo(asked);
  expect([enough, isDecided, table.n]).toEqual([null, false, 12]);
  const replicator = new Replicator(INPUT);
  const study = estimateOf(asked);
  const { jobs } = study.next().value as Round;
  const results = jobs.map((job, at) => (at === 3 ? undefined : replicator.attempt(job)));
  const last = study.next({ results, isInterrupted: true });
  expect(last.done).toBe(true);
  // The fourth is missing: what comes after it is not looked at.
  expect(last.value).toMatchObject({ isDecided: false, table: { n: 3 } });
});

test("what nobody measures ends after the fewest runs that could decide", () => {
  const asked = question("http_req_duration{load:guests} p(95)", {
    overrides: ["guests.rate=0/s"],
    precision: { halfWidth: 0.05, isRelative: true },
    replications: 1000,
  });
  const { table, isDecided } = answerTo(asked);
  expect([table.n, table.response.mean.n, isDecided]).toEqual([8, 0, false]);
});

test("a precision is a share of the mean, or an amount as on the right of a check", () => {
  const scenario = loadInput(INPUT, { overrides: [] }).scenario!;
  const read = (text: string, of?: string) => {
    const response = responseTo(of, scenario);
    if (response instanceof TextMistake) throw response;
    return readPrecision(text, response, scenario);
  };
  const duration = "http_req_duration{load:guests} p(95)";
  expect(read("5%")).toEqual({ halfWidth: 0.05, isRelative: true });
  expect(read("0.01")).toEqual({ halfWidth: 1, isRelative: false });
  expect(read("20ms", duration)).toEqual({ halfWidth: 20, isRelative: false });
  expect(read("1.5s", duration)).toEqual({ halfWidth: 1500, isRelative: false });
  expect(read("3", GUESTS)).toEqual({ halfWidth: 3, isRelative: false });
  expect(read("0.02", "goodput(guests)")).toEqual({ halfWidth: 2, isRelative: false });
  for (const text of ["0%", "120%", "0", "-1%", "", "5 ms"]) expect(read(text)).toHaveProperty("wrong");
});
