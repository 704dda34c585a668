import { expect, test } from "vitest";
import { CASCADE } from "./cascade.ts";
import { said } from "./said.ts";

type Mistake = readonly [title: string, right: string, wrong: string, ...said: string[]];

const MISTAKES: readonly Mistake[] = [
  ["an unknown key", "replicas: 9", "replica: 9", '25:5: proxysql.replica: unknown key "replica"; expected "replicas"'],
  ["an unknown key at the top", "record: {", "recrod: {", '7:1: recrod: unknown key "recrod"; expected "record"'],
  [
    "an unknown key far from all known ones",
    "replicas: 9",
    "colour: red",
    '25:5: proxysql.colour: unknown key "colour"; expected one of replicas, connect_timeout_server, routing',
  ],
  [
    "a number without a unit",
    "duration: 15m",
    "duration: 15",
    '6:11: duration: 15 needs a unit; expected "15ms", or one of the units us, µs, ms, s, m, h, d',
  ],
  [
    "a unit that another product uses",
    "duration: 15m",
    "duration: 15 minutes",
    '6:11: duration: "minutes" is not a unit here; expected "15m"',
  ],
  [
    "a rate without a unit",
    "rate: 200/s",
    "rate: 200",
    '16:11: load-test.rate: 200 needs a unit; expected "200/s", or one of the units /s, /min, /h',
  ],
  [
    "a bandwidth as vendors print it",
    "base: 1Gbit/s",
    "base: 1Gbps",
    '10:63: nodes.0.bandwidth.base: "Gbps" is not a unit here; expected "1Gbit/s"',
  ],
  [
    "a share above one",
    "share: 30%",
    "share: 30",
    '19:30: load-test.classes.1.share: 30 is more than 1; expected "30%", or a number from 0 to 1',
  ],
  [
    "shares that make more than the whole",
    "share: 30%",
    "share: 40%",
    "17:5: load-test.classes: the shares add up to 110%; expected 100% in all",
  ],
  [
    "a negative number of pods",
    "replicas: 9",
    "replicas: -9",
    "25:15: proxysql.replicas: -9 is negative; expected a whole number from 0 to 10000",
  ],
  [
    "half a pod",
    "replicas: 9",
    "replicas: 9.5",
    "25:15: proxysql.replicas: 9.5 is not a whole number; expected a whole number from 0 to 10000",
  ],
  [
    "an absurd number of pods",
    "replicas: 9",
    "replicas: 9000000",
    "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
    "25:15: proxysql.replicas: 9000000 is too large; expected a whole number from 0 to 10000",
  ],
  [
    "an absurd rate",
    "rate: 200/s",
    "rate: 99999999/s",
    '16:11: load-test.rate: "99999999/s" is absurdly large; expected at most 10000000/s',
  ],
  [
    "a run of a week",
    "duration: 15m",
    "duration: 7d",
    '6:11: duration: "7d" is too long; expected at most 24h',
    "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
    "7:18: record.every: this makes 604800 bins; expected at most 100000: wider bins or a shorter duration",
  ],
  [
    "a run with too much work",
    "rate: 200/s",
    "rate: 2000000/s",
    "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
  ],
  [
    "a text where a number belongs",
    "replicas: 9",
    "replicas: nine",
    '25:15: proxysql.replicas: "nine" is not a number; expected a whole number from 0 to 10000',
  ],
  [
    "a list where a map belongs",
    "record: { every: 1s }",
    "record: [1s]",
    '7:9: record: ["1s"] is a list; expected a map',
  ],
  [
    "nothing where something belongs",
    "to: { api: 60%, edge: 40% }",
    "to:",
    "15:5: load-test.to: there is nothing here; expected a text or a map",
  ],
  [
    "a field that is missing",
    "duration: 15m\n",
    "",
    '1:1: duration: "duration" is missing; expected a text such as "15m" (Simulated time that the run covers)',
  ],
  [
    "a field of a component that is missing",
    "asks: noti-db\n",
    "timeoutSeconds: 1\n",
    '29:5: proxysql.readinessProbe.asks: "asks" is missing; expected a text (The database that it asks)',
    '30:7: proxysql.readinessProbe.timeoutSeconds: unknown key "timeoutSeconds"; expected one of failureThreshold, asks',
  ],
  [
    "a choice that is not one",
    "periodSeconds: 10",
    "periodSeconds: 10\n    routing: same-zones",
    '32:14: proxysql.routing: "same-zones" is not one of the choices; expected "same-zone"',
  ],
  [
    "a number that is not a choice",
    "fsync: 1ms",
    "sync_binlog: 2",
    "33:63: main-db.sync_binlog: 2 is not one of the choices; expected one of 0, 1",
  ],
  [
    "an unknown distribution",
    "fsync: 1ms",
    "fsync: normal 5ms",
    '33:57: main-db.fsync: "normal" is not a distribution; expected a value, or one of constant, exponential, uniform, lognormal, erlang, gamma, pareto, weibull, empirical, quantiles, mixture',
  ],
  [
    "a distribution without its name for the value",
    "fsync: 1ms",
    "fsync: exponential 5ms",
    '33:57: main-db.fsync: "5ms" is out of place; expected "exponential mean 50ms"',
  ],
  [
    "a lognormal whose p99 lies under its median",
    "lognormal median 4ms p99 40ms",
    "lognormal median 40ms p99 4ms",
    "18:41: load-test.classes.0.work: no lognormal has these figures; expected a median above 0 and a p99 that is not below it",
  ],
  [
    "an unknown kind",
    "kind: proxysql",
    "kind: proxsql",
    '24:11: proxysql.kind: unknown kind "proxsql"; expected "proxysql"',
  ],
  [
    "a component without a kind",
    "kind: proxysql\n    ",
    "",
    '23:3: proxysql.kind: "kind" is missing; expected one of load, service, proxysql, mysql',
  ],
  [
    "a name with a space",
    "name: scale-out",
    "name: scale out",
    '1:7: name: "scale out" is not a name; expected letters, digits, - and _, beginning with a letter',
  ],
  [
    "a component named like a heading",
    "  edge: {",
    "  timeline: {",
    '15:27: load-test.to.edge: there is no component "edge"; expected one of api, timeline, proxysql',
    '22:3: timeline: "timeline" has a meaning of its own; expected another name',
    '22:40: warning: timeline.replicas: it is not said where 8 comes from; expected "timeline.replicas: case", or "assumed lo..hi" under figures',
    '48:3: figures.edge: nothing is called "edge" in the path "edge"; expected one of load-test, api, timeline, proxysql, noti-db, main-db',
  ],
];

test.each(MISTAKES)("%s is told where it is, what is wrong and what would be right", (_, right, wrong, ...expected) => {
  expect(CASCADE).toContain(right);
  expect(said(CASCADE.replace(right, wrong))).toEqual(expected);
});

test("the scenario that these tests break has nothing wrong with it", () => {
  expect(said(CASCADE)).toEqual([]);
});

test("mistakes of every sort are reported at once, in the order of the file", () => {
  const wrong = CASCADE.replace("asks: noti-db", "asks: noti")
    .replace("duration: 15m", "duration: 15")
    .replace("rate < 1%", "rate < 300%")
    .replace("p(95) < 6s", "p95 < 6s")
    .replace("max_connections: 100 }", "max_connections: 0 }");
  expect(said(wrong)).toEqual([
    '6:11: duration: 15 needs a unit; expected "15ms", or one of the units us, µs, ms, s, m, h, d',
    '30:13: proxysql.readinessProbe.asks: there is no component "noti"; expected "noti-db"',
    '42:23: checks.2: unknown aggregation "p95"; expected "p(95)"',
    "56:54: proxysql.mysql_servers.0.max_connections (variant lean-pools): 0 is too small; expected a whole number from 1 to 1000000",
  ]);
});

test("a hundred mistakes are reported and no more, however many there are", () => {
  const keys = Array.from({ length: 5000 }, (_, at) => `key${at}: 1`).join("\n");
  expect(said(`${CASCADE}${keys}`)).toHaveLength(100);
});
