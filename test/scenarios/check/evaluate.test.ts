import { expect, test } from "vitest";
import { evaluate, isFulfilled } from "../../../scenarios/check/evaluate.ts";
import type { Check, Condition } from "../../../scenarios/check/expression.ts";
import type { Finding } from "../../../scenarios/check/finding.ts";
import { parseCheck, parseCondition } from "../../../scenarios/check/parse.ts";
import { type Sense, senseOfCondition } from "../../../scenarios/check/sense.ts";
import { SECOND } from "../../../sim/time.ts";
import { goodOfHundred, type Measured, OFFERS, readings, seconds } from "./readings.ts";

function judged(text: string, measured: Measured): Finding {
  return evaluate(parseCheck(text) as Check, readings(measured)) as Finding;
}

const QUICK = { count: 1000, mean: 20_000, min: 1_000, max: 7_000_000, quantile: (share: number) => share * 4_000_000 };

test("half of the pods ready throughout holds for a window in which they are, and breaks at the second they are not", () => {
  const measured = {
    seconds: 180,
    levels: { ready: seconds([60, 2], [90, 5], [30, 4]), replicas: seconds([180, 10]) },
  };
  expect(judged("ready(proxysql) >= 50% for all of 1m..2m", measured)).toEqual({
    holds: true,
    measured: 50,
    limit: 50,
    unit: "%",
    firstBroken: undefined,
    vacuous: false,
    censored: false,
  });
  expect(judged("ready(proxysql) >= 50% for all of 1m..3m", measured)).toMatchObject({
    holds: false,
    measured: 40,
    firstBroken: 150 * SECOND,
  });
  expect(judged("ready(proxysql) >= 50%", measured)).toMatchObject({ holds: false, measured: 20, firstBroken: 0 });
});

test("a percentage follows its whole: nine ready pods are half of eighteen, and a fifth of forty-three", () => {
  const measured = { seconds: 20, levels: { ready: seconds([20, 9]), replicas: seconds([10, 18], [10, 43]) } };
  expect(judged("ready(proxysql) >= 50%", measured)).toMatchObject({ holds: false, firstBroken: 10 * SECOND });
  expect(judged("ready(proxysql) >= 20%", measured)).toMatchObject({ holds: true });
});

test("a limit may be a share of a setting", () => {
  const measured = {
    seconds: 10,
    levels: { Threads_connected: seconds([5, 100], [5, 142]) },
    settings: { max_connections: 151 },
  };
  expect(judged("Threads_connected(noti-db) < 95% of max_connections", measured)).toMatchObject({ holds: true });
  expect(judged("Threads_connected(noti-db) < 90%", measured)).toMatchObject({ holds: false, firstBroken: 5 * SECOND });
  expect(judged("Threads_connected(noti-db) < 142", measured)).toMatchObject({
    holds: false,
    measured: 142,
    unit: "connections",
  });
});

test("levels are reduced over a window to their largest, smallest, average or last value", () => {
  const measured = { seconds: 10, levels: { Threads_connected: seconds([4, 10], [4, 30], [2, 0]) } };
  expect(judged("max(Threads_connected(noti-db)) <= 30", measured)).toMatchObject({ holds: true, measured: 30 });
  expect(judged("min(Threads_connected(noti-db)) >= 1 within 0s..8s", measured)).toMatchObject({
    holds: true,
    measured: 10,
  });
  expect(judged("mean(Threads_connected(noti-db)) == 16", measured)).toMatchObject({ holds: true, measured: 16 });
  expect(judged("last(Threads_connected(noti-db)) == 0", measured)).toMatchObject({ holds: true, measured: 0 });
});

test("counters are totals over the run or a window, and name the second in which they went too far", () => {
  const measured = { seconds: 30, counts: { drops: seconds([10, 0], [10, 3], [10, 0]) } };
  expect(judged("drops(nodes) == 0", measured)).toMatchObject({
    holds: false,
    measured: 30,
    unit: "packets",
    firstBroken: 10 * SECOND,
  });
  expect(judged("drops(nodes) <= 29", measured)).toMatchObject({ holds: false, firstBroken: 19 * SECOND });
  expect(judged("drops(nodes) == 0 within 20s..30s", measured)).toMatchObject({ holds: true, measured: 0 });
  expect(judged("rate(drops(nodes)) <= 1/s", measured)).toMatchObject({ holds: true, measured: 1 });
  expect(judged("rate(drops(nodes)) <= 1/s for all of 0s..30s", measured)).toMatchObject({ holds: false, measured: 3 });
});

test("somewhere in the window goodput is under 5 % for a minute, or it is not", () => {
  const measured = { seconds: 300, goodput: { "": goodOfHundred([100, 99], [70, 3], [130, 99]) } };
  expect(judged("goodput(load-test) < 5% for 60s within 1m..4m", measured)).toMatchObject({
    holds: true,
    measured: 70,
    limit: 60,
    unit: "s",
  });
  expect(judged("goodput(load-test) < 5% for 80s", measured)).toMatchObject({ holds: false, measured: 70 });
  expect(judged("goodput(load-test) < 5% for 60s within 2m..4m", measured)).toMatchObject({
    holds: false,
    measured: 50,
  });
});

test("goodput of the whole run counts requests, not seconds", () => {
  const goodput = { born: [900, 100], good: [900, 0] };
  expect(judged("goodput(load-test) >= 90%", { seconds: 2, goodput: { "": goodput } })).toMatchObject({
    holds: true,
    measured: 90,
  });
});

test("one zone may be down while the whole looks well", () => {
  const goodput = { "": goodOfHundred([60, 96]), "zone-a": goodOfHundred([60, 20]), feed: goodOfHundred([60, 100]) };
  const measured = { seconds: 60, goodput };
  expect(judged("goodput(load-test) >= 95%", measured)).toMatchObject({ holds: true });
  expect(judged("goodput(load-test, zone-a) >= 95%", measured)).toMatchObject({ holds: false, measured: 20 });
  expect(judged("goodput(load-test, feed) >= 95%", measured)).toMatchObject({ holds: true });
});

test("recovered means healthy for half a minute from a moment within the limit on", () => {
  const measured = { seconds: 300, goodput: { "": goodOfHundred([60, 99], [90, 10], [150, 99]) } };
  expect(judged("recovered(load-test) within 2m of 1m", measured)).toMatchObject({
    holds: true,
    measured: 90,
    limit: 120,
    unit: "s",
  });
  expect(judged("recovered(load-test) within 1m of 1m", measured)).toMatchObject({
    holds: false,
    measured: 90,
    firstBroken: 120 * SECOND,
  });
});

test("what has not recovered when the run ends too early is undecided, not failed for good", () => {
  const down = { "": goodOfHundred([60, 99], [100, 10]) };
  expect(judged("recovered(load-test) within 2m of 1m", { seconds: 160, goodput: down })).toMatchObject({
    holds: false,
    censored: true,
  });
  const longer = { "": goodOfHundred([60, 99], [400, 10]) };
  const judgement = judged("recovered(load-test) within 2m of 1m", { seconds: 460, goodput: longer });
  expect(judgement).toMatchObject({
    holds: false,
    censored: false,
    measured: Number.POSITIVE_INFINITY,
    firstBroken: 180 * SECOND,
  });
});

test("an outage is partial under 90 % for half a minute, and complete under 5 % for a minute", () => {
  const partial = { seconds: 200, goodput: { "": goodOfHundred([60, 99], [80, 50], [60, 99]) } };
  const complete = { seconds: 200, goodput: { "": goodOfHundred([60, 99], [80, 2], [60, 99]) } };
  expect(judged("outage(load-test) == none", partial)).toMatchObject({ holds: false, measured: 1, unit: "outage" });
  expect(judged("outage(load-test) < complete", partial)).toMatchObject({ holds: true });
  expect(judged("outage(load-test) < complete", complete)).toMatchObject({ holds: false, measured: 2 });
  expect(judged("outage(load-test) == none within 0s..1m", complete)).toMatchObject({ holds: true });
});

test("thresholds of k6 are judged over the whole run, a bare number being milliseconds", () => {
  const measured = {
    seconds: 100,
    durations: QUICK,
    failed: { hits: 5, total: 1000 },
    counts: { http_reqs: seconds([100, 10]) },
  };
  expect(judged("http_req_duration p(95) < 6s", measured)).toMatchObject({
    holds: true,
    measured: 3798.2,
    limit: 6000,
    unit: "ms",
  });
  expect(judged("http_req_duration p(95) < 3798", measured)).toMatchObject({ holds: false });
  expect(judged("http_req_duration med <= 2s", measured)).toMatchObject({ holds: true, measured: 2000 });
  expect(judged("http_req_duration max < 6s", measured)).toMatchObject({ holds: false, measured: 7000 });
  expect(judged("http_req_failed rate < 1%", measured)).toMatchObject({ holds: true, measured: 0.5, unit: "%" });
  expect(judged("http_reqs count == 1000", measured)).toMatchObject({ holds: true, measured: 1000 });
  expect(judged("http_reqs rate >= 10", measured)).toMatchObject({ holds: true, measured: 10 });
});

test("a dead system does not pass a latency check: nothing answered, or everything refused at once", () => {
  const silent = { seconds: 60, durations: { ...QUICK, count: 0 } };
  expect(judged("http_req_duration p(95) < 6s", silent)).toMatchObject({ holds: false, vacuous: true });
  const refusing = { seconds: 60, durations: QUICK, goodput: { "": goodOfHundred([60, 0]) } };
  expect(judged("http_req_duration p(95) < 6s", refusing)).toMatchObject({ holds: false, vacuous: true });
  const alive = { seconds: 60, durations: QUICK, goodput: { "": goodOfHundred([60, 1]) } };
  expect(judged("http_req_duration p(95) < 6s", alive)).toMatchObject({ holds: true, vacuous: false });
});

test("a check over nothing does not hold: nobody asked, nothing measured, or a run that ended before the window", () => {
  const nobody = {
    seconds: 300,
    goodput: { "": { born: seconds([300, 0]), good: seconds([300, 0]) } },
    failed: { hits: 0, total: 0 },
  };
  for (const text of [
    "goodput(load-test) >= 95%",
    "goodput(load-test) >= 95% for all of 1m..2m",
    "outage(load-test) == none",
    "recovered(load-test) within 1m of 1m",
    "http_req_failed rate < 1%",
    "drops(nodes) == 0",
    "ready(proxysql) >= 1",
  ]) {
    expect([text, judged(text, nobody)]).toMatchObject([text, { holds: false, vacuous: true }]);
  }
  const short = { seconds: 60, levels: { ready: seconds([60, 9]), replicas: seconds([60, 9]) } };
  expect(judged("ready(proxysql) >= 50% for all of 2m..3m", short)).toMatchObject({ holds: false, vacuous: true });
});

test("a condition looks at the current instant and is not fulfilled where nothing is measured", () => {
  const condition = parseCondition("Threads_connected(noti-db) >= 95% of max_connections") as Condition;
  const sense = senseOfCondition(condition, OFFERS) as Sense;
  const now = (level: number | undefined) => ({ offers: OFFERS, level: () => level, setting: () => 151 });
  expect(isFulfilled(condition, sense, now(144))).toBe(true);
  expect(isFulfilled(condition, sense, now(143))).toBe(false);
  expect(isFulfilled(condition, sense, now(undefined))).toBe(false);
});
