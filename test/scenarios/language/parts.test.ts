import { expect, test } from "vitest";
import { CASCADE } from "./cascade.ts";
import { said } from "./said.ts";

type Mistake = readonly [title: string, right: string, wrong: string, ...said: string[]];

const MISTAKES: readonly Mistake[] = [
  [
    "a reference to nothing",
    "asks: noti-db",
    "asks: noti",
    '30:13: proxysql.readinessProbe.asks: there is no component "noti"; expected "noti-db"',
  ],
  [
    "a reference to the wrong kind",
    "hostname: main-db",
    "hostname: edge",
    "22:46: edge.sends: proxysql -> edge -> proxysql is a circle; expected components that ask each other in one direction",
    '28:21: proxysql.mysql_servers.1.hostname: "edge" is a service, which serves no mysql here; expected one of noti-db, main-db',
  ],
  [
    "a circle of components",
    "8, sends: proxysql",
    "8, sends: edge",
    "22:46: edge.sends: edge -> edge is a circle; expected components that ask each other in one direction",
  ],
  [
    "a zone that is not there",
    "zone: zone-c",
    "zone: zone-b",
    '11:26: nodes.1.zone: there is no zone "zone-b"; expected "zone-a"',
  ],
  [
    "a zone of people that is not there",
    "zone-a: 50%",
    "zone-d: 50%",
    '20:14: load-test.zones.zone-d: there is no zone "zone-d"; expected "zone-a"',
  ],
  [
    "a node group that is not there",
    "nodes: pool",
    "nodes: pol",
    '21:63: api.nodes.0: there is no node group "pol"; expected "pool"',
  ],
  [
    "an entry without a time",
    "{ at: 4m,",
    "{",
    '35:5: timeline.0: it is not said when this happens; expected "at", "after" or "when"',
  ],
  [
    "an entry with two times",
    "{ at: 4m,",
    "{ at: 4m, after: alarm,",
    '35:15: timeline.0.after: "at" and "after" both say when this happens; expected one of them',
  ],
  [
    "an entry after the end",
    "at: 12m",
    "at: 20m",
    '38:11: timeline.3.at: "20m" is after the end of the run; expected a time within it',
  ],
  [
    "an entry after one that is not there",
    "after: alarm + 30s",
    "after: alarms + 30s",
    '37:14: timeline.2.after: no entry of the timeline is called "alarms"; expected "alarm"',
  ],
  [
    "an entry with a delay without unit",
    "after: alarm + 30s",
    "after: alarm + 30",
    '37:14: timeline.2.after: 30 needs a unit; expected "30ms", or one of the units us, µs, ms, s, m, h, d',
  ],
  [
    "entries that wait for each other",
    "at: 4m, do: ramp",
    "after: load-rises, do: ramp",
    "35:14: timeline.0.after: load-rises after load-rises is a circle; expected one of them with a time of its own",
  ],
  [
    "two entries of one name",
    "as: add-proxies",
    "as: alarm",
    "37:14: timeline.2.after: alarm after alarm is a circle; expected one of them with a time of its own",
    '37:68: timeline.2.as: another entry is called "alarm", too; expected a name of its own',
    '59:15: variants.no-scale-out.without.0: no entry of the timeline is called "add-proxies"; expected one of load-rises, alarm, alarm',
  ],
  [
    '"for" without "when"',
    "at: 12m",
    "at: 12m, for: 10s",
    '38:16: timeline.3.for: "for" has no condition to last; expected it with "when"',
  ],
  [
    "an unknown verb",
    "do: ramp",
    "do: rmap",
    '35:19: timeline.0.do: "rmap" is not one of the choices; expected "ramp"',
  ],
  [
    "a verb that the target does not know",
    "target: proxysql, to: 43",
    "target: noti-db, to: 43",
    "37:46: timeline.2.target: a mysql cannot be told to scale; expected one of api, edge, proxysql",
  ],
  [
    "a parameter that is not live",
    "target: load-test.rate, to: 3000/s",
    "target: load-test.patience, to: 3000/s",
    '35:43: timeline.0.target: a load has no live parameter "patience"; expected "rate"',
  ],
  [
    "a value that is no quantity",
    "to: 3000/s",
    "to: lots",
    '35:53: timeline.0.to: "lots" is not a quantity; expected a number, or one such as "200/s", "30%", "10s" or "1Gbit/s"',
  ],
  [
    "a condition that cannot be read",
    ">= 95% of max_connections",
    "95% of max_connections",
    '36:40: timeline.1.when: "95%" is out of place; expected a comparison: one of <, <=, >, >=, ==, !=',
  ],
  [
    "a check of a component that is not there",
    "ready(proxysql) >= 50%",
    "ready(proxsql) >= 50%",
    '40:11: checks.0: there is no component "proxsql"; expected "proxysql"',
  ],
  [
    "a check with the comparison the wrong way round",
    "ready(proxysql) >= 50%",
    "ready(proxysql) => 50%",
    '40:21: checks.0: "=" is not a comparison; expected "==", or one of <, <=, >, >=, !=',
  ],
  [
    "a check with a window that ends before it begins",
    "2m..15m",
    "15m..2m",
    '40:39: checks.0: the window ends before it begins; expected a window such as "2m..15m"',
  ],
  [
    "a check beyond the end of the run",
    "2m..15m",
    "2m..16m",
    "40:5: checks.0: the window reaches beyond the end of the run; expected a window within the run",
  ],
  [
    "a threshold with an unknown aggregation",
    "rate < 1%",
    "rates < 1%",
    '41:37: checks.1: unknown aggregation "rates"; expected "rate"',
  ],
  [
    "a check with an impossible percentile",
    "p(95) < 6s",
    "p(195) < 6s",
    '42:25: checks.2: "195" is not a percentile; expected p(0) to p(100)',
  ],
];

test.each(MISTAKES)("%s is told where it is, what is wrong and what would be right", (_, right, wrong, ...expected) => {
  expect(CASCADE).toContain(right);
  expect(said(CASCADE.replace(right, wrong))).toEqual(expected);
});
