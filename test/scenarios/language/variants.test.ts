import { expect, test } from "vitest";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { CASCADE } from "./cascade.ts";
import { loaded, said } from "./said.ts";

type Mistake = readonly [title: string, right: string, wrong: string, ...said: string[]];

const MISTAKES: readonly Mistake[] = [
  [
    "a figure from nowhere",
    "load-test: case",
    "load-test: guessed",
    '46:14: figures.load-test: "guessed" does not say where a figure comes from; expected "case", "fitted (to what)", or "assumed 0.2ms..2ms" with the plausible range; a note may follow in ( )',
  ],
  [
    "a figure of something that is not there",
    "load-test: case",
    "load-tests: case",
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
  [
    "a range that ends before it begins",
    "assumed 1..20",
    "assumed 20..1",
    '52:10: figures.nodes: the range ends before it begins; expected "case", "fitted (to what)", or "assumed 0.2ms..2ms" with the plausible range; a note may follow in ( )',
  ],
  [
    "a variant of a variant that is not there",
    "of: [lean-pools,",
    "of: [lean-pool,",
    '64:16: variants.both.of.0: there is no variant "lean-pool"; expected "lean-pools"',
  ],
  [
    "a variant of itself",
    "of: [lean-pools,",
    "of: [both,",
    "64:16: variants.both.of.0: both -> both is a circle; expected variants made of others than themselves",
  ],
  [
    "a variant without an entry that is not there",
    "[add-proxies]",
    "[add-proxy]",
    '59:15: variants.no-scale-out.without.0: no entry of the timeline is called "add-proxy"; expected "add-proxies"',
  ],
  [
    "a variant that sets something unknown",
    "mysql_servers.*.max",
    "mysql_server.*.max",
    '56:12: variants.lean-pools.set.proxysql.mysql_server.*.max_connections: nothing is called "mysql_server" in the path "proxysql.mysql_server.*.max_connections"; expected "mysql_servers"',
  ],
  [
    "a variant that sets something wrong",
    "max_connections: 100 }",
    "max_connections: 0 }",
    "56:54: proxysql.mysql_servers.0.max_connections (variant lean-pools): 0 is too small; expected a whole number from 1 to 1000000",
  ],
  [
    "a variant that sets something wrong in the timeline",
    "alarm.to: 30",
    "alarm.to: -3",
    "64:69: timeline.1.to (variant both): -3 is negative; expected a whole number from 0 to 10000",
  ],
];

test.each(MISTAKES)("%s is told where it is, what is wrong and what would be right", (_, right, wrong, ...expected) => {
  expect(CASCADE).toContain(right);
  expect(said(CASCADE.replace(right, wrong))).toEqual(expected);
});

/** Options of the proxies in the test's own words. */
function proxies(scenario: Scenario): unknown {
  return scenario.components.get("proxysql")?.options;
}

test("a variant sets what it says, everywhere that its path leads, and nothing else", () => {
  const plain = loaded(CASCADE);
  const lean = loaded(CASCADE, { variant: "lean-pools" });
  expect(proxies(plain)).toMatchObject({
    replicas: 9,
    mysql_servers: [{ max_connections: 2000 }, { max_connections: 1000 }],
  });
  expect(proxies(lean)).toMatchObject({
    replicas: 9,
    mysql_servers: [{ max_connections: 100 }, { max_connections: 100 }],
  });
  expect(lean.components.get("noti-db")?.options).toEqual(plain.components.get("noti-db")?.options);
  expect([plain.expect, lean.expect, lean.variant]).toEqual(["fails", "holds", "lean-pools"]);
});

test("a variant leaves out and adds timeline entries, and brings its own checks", () => {
  const { timeline, checks } = loaded(CASCADE, { variant: "no-scale-out" });
  expect(timeline.map((entry) => entry.do)).toEqual(["ramp", "scale", "set", "restart"]);
  expect(checks.map(({ text }) => text)).toEqual(["goodput(load-test) >= 95%"]);
});

test("a variant made of others does what they do and then its own", () => {
  const both = loaded(CASCADE, { variant: "both" });
  expect(proxies(both)).toMatchObject({
    routing: "same-zone",
    mysql_servers: [{ max_connections: 100 }, { max_connections: 100 }],
  });
  expect(both.timeline[1]).toMatchObject({ do: "scale", target: "api", to: 30 });
  expect(both.timeline).toHaveLength(4);
});

test("the command line has the last word, and may set what only has a default in the file", () => {
  const set = [
    "proxysql.replicas=43",
    "proxysql.readinessProbe.failureThreshold=5",
    "noti-db.fsync=exponential mean 2ms",
    "network.jitter=1ms",
  ];
  const scenario = loaded(CASCADE, { variant: "lean-pools", set });
  expect(proxies(scenario)).toMatchObject({
    replicas: 43,
    readinessProbe: { failureThreshold: 5, periodSeconds: 10_000_000 },
  });
  expect(scenario.components.get("noti-db")?.options).toMatchObject({ fsync: { mean: 2000 } });
  expect(scenario.network.jitter).toBe(1000);
});

test("mistakes on the command line are reported as the option that was given", () => {
  expect(said(CASCADE, { variant: "lean-pool" })).toEqual([
    '--variant lean-pool: there is no variant "lean-pool"; expected "lean-pools"',
  ]);
  expect(
    said(CASCADE, { set: ["proxysql.replicas=many", "proxysql.replica=4", "proxysql", "edge.replicas=[1"] }),
  ).toEqual([
    "--set edge.replicas: the value cannot be read; expected a word, a number, or a text in quotes, as in YAML",
    '--set proxysql: "proxysql" is not path=value; expected a path and a value, such as proxysql.replicas=43',
    '--set proxysql.replica: nothing is called "replica" in the path "proxysql.replica"; expected "replicas"',
    '--set proxysql.replicas: proxysql.replicas: "many" is not a number; expected a whole number from 0 to 10000',
  ]);
});

test("a variant leaves the aliases of the place that it changes alone", () => {
  const shared = CASCADE.replace(
    "max_connections: 2000 }\n  main-db",
    "max_connections: &most 2000 }\n  main-db",
  ).replace("max_connections: 9000", "max_connections: *most");
  const scenario = loaded(shared, { set: ["noti-db.max_connections=300"] });
  expect(scenario.components.get("noti-db")?.options).toMatchObject({ max_connections: 300 });
  expect(scenario.components.get("main-db")?.options).toMatchObject({ max_connections: 2000 });
});

test("variants that double each other thirty times over are applied once each", () => {
  const names = Array.from({ length: 30 }, (_, at) => `v${at}`);
  const doubled = names.map(
    (name, at) => `  ${name}: { of: [${at === 0 ? "lean-pools" : `v${at - 1}, v${at - 1}`}] }\n`,
  );
  const { timeline } = loaded(`${CASCADE}${doubled.join("")}`, { variant: "v29" });
  expect(timeline).toHaveLength(4);
});

test("a figure that nobody accounts for is a warning, not an error", () => {
  const warnings = said(CASCADE.replace("  edge: case\n", ""));
  expect(warnings).toEqual([
    '22:36: warning: edge.replicas: it is not said where 8 comes from; expected "edge.replicas: case", or "assumed lo..hi" under figures',
  ]);
});

test("the range within which a figure is plausible can be read by a program", () => {
  expect(loaded(CASCADE).figures["noti-db.max_connections"]).toEqual({
    origin: "assumed",
    low: "1000",
    high: "4000",
    note: "not stated",
  });
});
