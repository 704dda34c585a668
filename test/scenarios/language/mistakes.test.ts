import { expect, test } from "vitest";
import { load } from "../../../scenarios/language/load.ts";
import { formatProblem } from "../../../scenarios/language/problem.ts";
import { CASCADE } from "./cascade.ts";
import { TEST_KINDS } from "./kinds.ts";

/** What is said of a text, without the name of its file. */
function said(text: string): string[] {
  const { scenario, problems } = load(text, "s.yaml", { kinds: TEST_KINDS });
  expect(scenario === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  return problems.map((problem) => formatProblem(problem).replace(/^s\.yaml:/, ""));
}

test("the scenario that these tests break has nothing wrong with it", () => {
  expect(said(CASCADE)).toEqual([]);
});

test("two mistakes are reported at once, in the order of the file, whatever finds them", () => {
  const wrong = CASCADE.replace("asks: noti-db", "asks: noti")
    .replace("duration: 15m", "duration: 15")
    .replace("rate < 1%", "rate < 1");
  expect(said(wrong)).toEqual([
    '6:11: duration: 15 needs a unit; expected "15ms", or one of the units us, µs, ms, s, m, h, d',
    '30:13: proxysql.readinessProbe.asks: there is no component "noti"; expected "noti-db"',
  ]);
});

const MISTAKES: readonly { title: string; right: string; wrong: string; said: readonly string[] }[] = [
  {
    title: "an unknown key",
    right: "replicas: 9",
    wrong: "replica: 9",
    said: ['25:5: proxysql.replica: unknown key "replica"; expected "replicas"'],
  },
  {
    title: "an unknown key at the top",
    right: "record: {",
    wrong: "recrod: {",
    said: ['7:1: recrod: unknown key "recrod"; expected "record"'],
  },
  {
    title: "an unknown key far from all known ones",
    right: "replicas: 9",
    wrong: "colour: red",
    said: ['25:5: proxysql.colour: unknown key "colour"; expected one of replicas, connect_timeout_server, routing'],
  },
  {
    title: "a number without a unit",
    right: "duration: 15m",
    wrong: "duration: 15",
    said: ['6:11: duration: 15 needs a unit; expected "15ms", or one of the units us, µs, ms, s, m, h, d'],
  },
  {
    title: "a unit that another product uses",
    right: "duration: 15m",
    wrong: "duration: 15 minutes",
    said: ['6:11: duration: "minutes" is not a unit here; expected "15m"'],
  },
  {
    title: "a rate without a unit",
    right: "rate: 200/s",
    wrong: "rate: 200",
    said: ['16:11: load-test.rate: 200 needs a unit; expected "200/s", or one of the units /s, /min, /h'],
  },
  {
    title: "a bandwidth as vendors print it",
    right: "base: 1Gbit/s",
    wrong: "base: 1Gbps",
    said: ['10:63: nodes.0.bandwidth.base: "Gbps" is not a unit here; expected "1Gbit/s"'],
  },
  {
    title: "a share above one",
    right: "share: 30%",
    wrong: "share: 30",
    said: ['19:30: load-test.classes.1.share: 30 is more than 1; expected "30%", or a number from 0 to 1'],
  },
  {
    title: "shares that make more than the whole",
    right: "share: 30%",
    wrong: "share: 40%",
    said: ["17:5: load-test.classes: the shares add up to 110%; expected 100% in all"],
  },
  {
    title: "a negative number of pods",
    right: "replicas: 9",
    wrong: "replicas: -9",
    said: ["25:15: proxysql.replicas: -9 is negative; expected a whole number from 0 to 10000"],
  },
  {
    title: "half a pod",
    right: "replicas: 9",
    wrong: "replicas: 9.5",
    said: ["25:15: proxysql.replicas: 9.5 is not a whole number; expected a whole number from 0 to 10000"],
  },
  {
    title: "an absurd number of pods",
    right: "replicas: 9",
    wrong: "replicas: 9000000",
    said: [
      "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
      "25:15: proxysql.replicas: 9000000 is too large; expected a whole number from 0 to 10000",
    ],
  },
  {
    title: "an absurd rate",
    right: "rate: 200/s",
    wrong: "rate: 99999999/s",
    said: ['16:11: load-test.rate: "99999999/s" is absurdly large; expected at most 10000000/s'],
  },
  {
    title: "a run of a week",
    right: "duration: 15m",
    wrong: "duration: 7d",
    said: [
      '6:11: duration: "7d" is too long; expected at most 24h',
      "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
      "7:18: record.every: this makes 604800 bins; expected at most 100000: wider bins or a shorter duration",
    ],
  },
  {
    title: "a run with too much work",
    right: "rate: 200/s",
    wrong: "rate: 2000000/s",
    said: [
      "6:11: duration: the run would have about 2 x 10^10 events; expected at most 1 x 10^9: a lower rate or a shorter duration",
    ],
  },
  {
    title: "a text where a number belongs",
    right: "replicas: 9",
    wrong: "replicas: nine",
    said: ['25:15: proxysql.replicas: "nine" is not a number; expected a whole number from 0 to 10000'],
  },
  {
    title: "a list where a map belongs",
    right: "record: { every: 1s }",
    wrong: "record: [1s]",
    said: ['7:9: record: ["1s"] is a list; expected a map'],
  },
  {
    title: "nothing where something belongs",
    right: "to: { api: 60%, edge: 40% }",
    wrong: "to:",
    said: ["15:5: load-test.to: there is nothing here; expected a text or a map"],
  },
  {
    title: "a field that is missing",
    right: "duration: 15m\n",
    wrong: "",
    said: ['1:1: duration: "duration" is missing; expected a text (Simulated time that the run covers)'],
  },
  {
    title: "a field of a component that is missing",
    right: "asks: noti-db\n",
    wrong: "timeoutSeconds: 1\n",
    said: [
      '29:5: proxysql.readinessProbe.asks: "asks" is missing; expected a text (The database that it asks)',
      '30:7: proxysql.readinessProbe.timeoutSeconds: unknown key "timeoutSeconds"; expected one of failureThreshold, asks',
    ],
  },
  {
    title: "a choice that is not one",
    right: "periodSeconds: 10",
    wrong: "periodSeconds: 10\n    routing: same-zones",
    said: ['32:14: proxysql.routing: "same-zones" is not one of the choices; expected "same-zone"'],
  },
  {
    title: "a number that is not a choice",
    right: "fsync: 1ms",
    wrong: "sync_binlog: 2",
    said: ["33:63: main-db.sync_binlog: 2 is not one of the choices; expected one of 0, 1"],
  },
  {
    title: "an unknown distribution",
    right: "fsync: 1ms",
    wrong: "fsync: normal 5ms",
    said: [
      '33:57: main-db.fsync: "normal" is not a distribution; expected a value, or one of constant, exponential, uniform, lognormal, erlang, gamma, pareto, weibull, empirical, quantiles, mixture',
    ],
  },
  {
    title: "a distribution without its name for the value",
    right: "fsync: 1ms",
    wrong: "fsync: exponential 5ms",
    said: ['33:57: main-db.fsync: "5ms" is out of place; expected "exponential mean 50ms"'],
  },
  {
    title: "a lognormal whose p99 lies under its median",
    right: "lognormal median 4ms p99 40ms",
    wrong: "lognormal median 40ms p99 4ms",
    said: [
      "18:41: load-test.classes.0.work: no lognormal has these figures; expected a median above 0 and a p99 that is not below it",
    ],
  },
  {
    title: "an unknown kind",
    right: "kind: proxysql",
    wrong: "kind: proxsql",
    said: ['24:11: proxysql.kind: unknown kind "proxsql"; expected "proxysql"'],
  },
  {
    title: "a component without a kind",
    right: "kind: proxysql\n    ",
    wrong: "",
    said: ['23:3: proxysql.kind: "kind" is missing; expected one of load, service, proxysql, mysql'],
  },
  {
    title: "a reference to nothing",
    right: "asks: noti-db",
    wrong: "asks: noti",
    said: ['30:13: proxysql.readinessProbe.asks: there is no component "noti"; expected "noti-db"'],
  },
  {
    title: "a reference to the wrong kind",
    right: "hostname: main-db",
    wrong: "hostname: edge",
    said: [
      "22:46: edge.sends: proxysql -> edge -> proxysql is a circle; expected components that ask each other in one direction",
      '28:21: proxysql.mysql_servers.1.hostname: "edge" is a service, not a mysql; expected one of noti-db, main-db',
    ],
  },
  {
    title: "a circle of components",
    right: "8, sends: proxysql",
    wrong: "8, sends: edge",
    said: ["22:46: edge.sends: edge -> edge is a circle; expected components that ask each other in one direction"],
  },
  {
    title: "a zone that is not there",
    right: "zone: zone-c",
    wrong: "zone: zone-b",
    said: ['11:26: nodes.1.zone: there is no zone "zone-b"; expected "zone-a"'],
  },
  {
    title: "a zone of people that is not there",
    right: "zone-a: 50%",
    wrong: "zone-d: 50%",
    said: ['20:14: load-test.zones.zone-d: there is no zone "zone-d"; expected "zone-a"'],
  },
  {
    title: "a node group that is not there",
    right: "nodes: pool",
    wrong: "nodes: pol",
    said: ['21:63: api.nodes.0: there is no node group "pol"; expected "pool"'],
  },
  {
    title: "an entry without a time",
    right: "{ at: 4m,",
    wrong: "{",
    said: ['35:5: timeline.0: it is not said when this happens; expected "at", "after" or "when"'],
  },
  {
    title: "an entry with two times",
    right: "{ at: 4m,",
    wrong: "{ at: 4m, after: alarm,",
    said: ['35:15: timeline.0.after: "at" and "after" both say when this happens; expected one of them'],
  },
  {
    title: "an entry after the end",
    right: "at: 12m",
    wrong: "at: 20m",
    said: ['38:11: timeline.3.at: "20m" is after the end of the run; expected a time within it'],
  },
  {
    title: "an entry after one that is not there",
    right: "after: alarm + 30s",
    wrong: "after: alarms + 30s",
    said: ['37:14: timeline.2.after: no entry of the timeline is called "alarms"; expected "alarm"'],
  },
  {
    title: "an entry with a delay without unit",
    right: "after: alarm + 30s",
    wrong: "after: alarm + 30",
    said: ['37:14: timeline.2.after: 30 needs a unit; expected "30ms", or one of the units us, µs, ms, s, m, h, d'],
  },
  {
    title: "entries that wait for each other",
    right: "at: 4m, do: ramp",
    wrong: "after: load-rises, do: ramp",
    said: [
      "35:14: timeline.0.after: load-rises after load-rises is a circle; expected one of them with a time of its own",
    ],
  },
  {
    title: "two entries of one name",
    right: "as: add-proxies",
    wrong: "as: alarm",
    said: [
      "37:14: timeline.2.after: alarm after alarm is a circle; expected one of them with a time of its own",
      '37:68: timeline.2.as: another entry is called "alarm", too; expected a name of its own',
      '59:15: variants.no-scale-out.without.0: no entry of the timeline is called "add-proxies"; expected one of load-rises, alarm, alarm',
    ],
  },
  {
    title: '"for" without "when"',
    right: "at: 12m",
    wrong: "at: 12m, for: 10s",
    said: ['38:16: timeline.3.for: "for" has no condition to last; expected it with "when"'],
  },
  {
    title: "an unknown verb",
    right: "do: ramp",
    wrong: "do: rmap",
    said: ['35:19: timeline.0.do: "rmap" is not one of the choices; expected "ramp"'],
  },
  {
    title: "a verb that the target does not know",
    right: "target: proxysql, to: 43",
    wrong: "target: noti-db, to: 43",
    said: ["37:46: timeline.2.target: a mysql cannot be told to scale; expected one of api, edge, proxysql"],
  },
  {
    title: "a parameter that is not live",
    right: "target: load-test.rate, to: 3000/s",
    wrong: "target: load-test.patience, to: 3000/s",
    said: ['35:43: timeline.0.target: a load has no live parameter "patience"; expected "rate"'],
  },
  {
    title: "a value that is no quantity",
    right: "to: 3000/s",
    wrong: "to: lots",
    said: [
      '35:53: timeline.0.to: "lots" is not a quantity; expected a number, or one such as "200/s", "30%", "10s" or "1Gbit/s"',
    ],
  },
  {
    title: "a condition that cannot be read",
    right: ">= 95% of max_connections",
    wrong: "95% of max_connections",
    said: ['36:40: timeline.1.when: "95%" is out of place; expected a comparison: one of <, <=, >, >=, ==, !='],
  },
  {
    title: "a check of a component that is not there",
    right: "ready(proxysql) >= 50%",
    wrong: "ready(proxsql) >= 50%",
    said: ['40:11: checks.0: there is no component "proxsql"; expected "proxysql"'],
  },
  {
    title: "a check with the comparison the wrong way round",
    right: "ready(proxysql) >= 50%",
    wrong: "ready(proxysql) => 50%",
    said: ['40:21: checks.0: "=" is not a comparison; expected "==", or one of <, <=, >, >=, !='],
  },
  {
    title: "a check with a window that ends before it begins",
    right: "2m..15m",
    wrong: "15m..2m",
    said: ['40:39: checks.0: the window ends before it begins; expected a window such as "2m..15m"'],
  },
  {
    title: "a check beyond the end of the run",
    right: "2m..15m",
    wrong: "2m..16m",
    said: ["40:5: checks.0: the window reaches beyond the end of the run; expected a window within the run"],
  },
  {
    title: "a threshold with an unknown aggregation",
    right: "rate < 1%",
    wrong: "rates < 1%",
    said: ['41:37: checks.1: unknown aggregation "rates"; expected "rate"'],
  },
  {
    title: "a check in a map with a mistake",
    right: "p(95) < 6s",
    wrong: "p(195) < 6s",
    said: ['42:35: checks.2.check: "195" is not a percentile; expected p(0) to p(100)'],
  },
  {
    title: "a figure from nowhere",
    right: "load-test: case",
    wrong: "load-test: guessed",
    said: [
      '46:14: figures.load-test: "guessed" does not say where a figure comes from; expected "case", or "assumed 0.2ms..2ms" with the plausible range; a note may follow in ( )',
    ],
  },
  {
    title: "a figure of something that is not there",
    right: "load-test: case",
    wrong: "load-tests: case",
    said: [
      '15:16: warning: load-test.to.api: it is not said where 60% comes from; expected "load-test.to.api: case", or "assumed lo..hi" under figures',
      '15:27: warning: load-test.to.edge: it is not said where 40% comes from; expected "load-test.to.edge: case", or "assumed lo..hi" under figures',
      '16:11: warning: load-test.rate: it is not said where 200/s comes from; expected "load-test.rate: case", or "assumed lo..hi" under figures',
      '18:30: warning: load-test.classes.0.share: it is not said where 70% comes from; expected "load-test.classes.0.share: case", or "assumed lo..hi" under figures',
      '18:41: warning: load-test.classes.0.work: it is not said where lognormal median 4ms p99 40ms comes from; expected "load-test.classes.0.work: case", or "assumed lo..hi" under figures',
      '19:30: warning: load-test.classes.1.share: it is not said where 30% comes from; expected "load-test.classes.1.share: case", or "assumed lo..hi" under figures',
      '19:41: warning: load-test.classes.1.work: it is not said where uniform 0s..5s comes from; expected "load-test.classes.1.work: case", or "assumed lo..hi" under figures',
      '20:22: warning: load-test.zones.zone-a: it is not said where 50% comes from; expected "load-test.zones.zone-a: case", or "assumed lo..hi" under figures',
      '20:35: warning: load-test.zones.zone-c: it is not said where 50% comes from; expected "load-test.zones.zone-c: case", or "assumed lo..hi" under figures',
      '46:3: figures.load-tests: nothing is called "load-tests" in the path "load-tests"; expected "load-test"',
    ],
  },
  {
    title: "a range that ends before it begins",
    right: "assumed 1..20",
    wrong: "assumed 20..1",
    said: [
      '52:10: figures.nodes: the range ends before it begins; expected "case", or "assumed 0.2ms..2ms" with the plausible range; a note may follow in ( )',
    ],
  },
  {
    title: "a variant of a variant that is not there",
    right: "of: [lean-pools,",
    wrong: "of: [lean-pool,",
    said: ['64:16: variants.both.of.0: there is no variant "lean-pool"; expected "lean-pools"'],
  },
  {
    title: "a variant of itself",
    right: "of: [lean-pools,",
    wrong: "of: [both,",
    said: ["64:16: variants.both.of.0: both -> both is a circle; expected variants made of others than themselves"],
  },
  {
    title: "a variant without an entry that is not there",
    right: "[add-proxies]",
    wrong: "[add-proxy]",
    said: [
      '59:15: variants.no-scale-out.without.0: no entry of the timeline is called "add-proxy"; expected "add-proxies"',
    ],
  },
  {
    title: "a variant that sets something unknown",
    right: "mysql_servers.*.max",
    wrong: "mysql_server.*.max",
    said: [
      '56:12: variants.lean-pools.set.proxysql.mysql_server.*.max_connections: nothing is called "mysql_server" in the path "proxysql.mysql_server.*.max_connections"; expected "mysql_servers"',
    ],
  },
  {
    title: "a variant that sets something wrong",
    right: "max_connections: 100 }",
    wrong: "max_connections: 0 }",
    said: [
      "56:54: proxysql.mysql_servers.0.max_connections (variant lean-pools): 0 is too small; expected a whole number from 1 to 1000000",
    ],
  },
  {
    title: "a variant that sets something wrong in the timeline",
    right: "alarm.to: 30",
    wrong: "alarm.to: -3",
    said: ["64:69: timeline.1.to (variant both): -3 is negative; expected a whole number from 0 to 10000"],
  },
  {
    title: "a key that is there twice",
    right: "name: scale-out",
    wrong: "name: scale-out\nname: again",
    said: ['2:1: the key "name" is there twice; expected it once (the first is in line 1)'],
  },
  {
    title: "a second colon in a line",
    right: "name: scale-out",
    wrong: "name: scale: out",
    said: ['1:7: there is a second ":" in the line; expected the value in quotes, or on lines of its own'],
  },
  {
    title: "a tab",
    right: "name: scale-out",
    wrong: "\tname: scale-out",
    said: ["1:1: a tab is used to indent; expected spaces"],
  },
  {
    title: "a bracket that is not closed",
    right: "zones: [zone-a, zone-c]",
    wrong: "zones: [zone-a, zone-c",
    said: ['9:1: a bracket that was opened before is not closed; expected "]" or "}" before this, or more indentation'],
  },
  {
    title: "a second document",
    right: "duration: 15m",
    wrong: "duration: 15m\n---\na: 1",
    said: ['7:1: the file holds more than one document ("---"); expected one scenario in a file'],
  },
  {
    title: "an unknown tag",
    right: "duration: 15m",
    wrong: "duration: !time 15m",
    said: ["6:11: this tag is not known; expected the value without a tag"],
  },
  {
    title: "an alias to nothing",
    right: "duration: 15m",
    wrong: "duration: *time",
    said: ["6:11: nothing is anchored as &time; expected an anchor before it"],
  },
  {
    title: "a name with a space",
    right: "name: scale-out",
    wrong: "name: scale out",
    said: ['1:7: name: "scale out" is not a name; expected letters, digits, - and _, beginning with a letter'],
  },
  {
    title: "a component named like a heading",
    right: "  edge: {",
    wrong: "  timeline: {",
    said: [
      '15:27: load-test.to.edge: there is no component "edge"; expected one of api, timeline, proxysql',
      '22:3: timeline: "timeline" has a meaning of its own; expected another name',
      '22:40: warning: timeline.replicas: it is not said where 8 comes from; expected "timeline.replicas: case", or "assumed lo..hi" under figures',
      '48:3: figures.edge: nothing is called "edge" in the path "edge"; expected one of load-test, api, timeline, proxysql, noti-db, main-db',
    ],
  },
];

test.each(MISTAKES)(
  "$title is told where it is, what is wrong and what would be right",
  ({ right, wrong, said: expected }) => {
    expect(CASCADE).toContain(right);
    expect(said(CASCADE.replace(right, wrong))).toEqual(expected);
  },
);
