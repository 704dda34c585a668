import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { load } from "../../../scenarios/language/load.ts";
import { said } from "./said.ts";

const SPLIT = `name: split
title: Reads and writes apart
duration: 10s
components:
  people:
    kind: load
    to: api
    rate: 10/s
    classes: [{ name: read, sql: "SELECT a FROM t" }]
  api: { kind: service, to: proxysql, pool: { kind: per-request } }
  proxysql:
    kind: proxysql
    mysql_servers:
      - { hostgroup: 10, hostname: db001 }
      - { hostgroup: 20, hostname: db002 }
    mysql_users: [{ username: app, default_hostgroup: 10 }]
    mysql_query_rules:
      - { rule_id: 1, active: 1, match_digest: "^SELECT.*FOR UPDATE$", destination_hostgroup: 10 }
      - { rule_id: 2, active: 1, match_digest: ^SELECT, destination_hostgroup: 20 }
  db001: { kind: mysql }
  db002: { kind: mysql }
figures: { people: case, api: case, proxysql: case, db001: case, db002: case }
`;

function of(text: string): string[] {
  return said(text, { kinds: KINDS });
}

test("locking reads that rules without apply send to the readers are warned of at the rule that wants it", () => {
  expect(of(SPLIT)).toEqual([
    '18:9: warning: proxysql.mysql_query_rules.0: rule 1 sends "SELECT a FROM t WHERE id = 1 FOR UPDATE" to hostgroup 10, but without apply: 1 rule 2 sends it on to hostgroup 20; expected apply: 1',
  ]);
  expect(
    of(
      SPLIT.replace(
        "destination_hostgroup: 10 }\n      - { rule_id: 2",
        "destination_hostgroup: 10, apply: 1 }\n      - { rule_id: 2",
      ),
    ),
  ).toEqual([]);
});

test("a pattern that is no regular expression, and a hostgroup without servers, are found at their place", () => {
  expect(of(SPLIT.replace("^SELECT,", '"^SELECT(",'))).toEqual([
    "19:49: proxysql.mysql_query_rules.1.match_digest: missing closing ): `^SELECT(`; expected a regular expression that RE2 can read",
  ]);
  expect(of(SPLIT.replace("destination_hostgroup: 20", "destination_hostgroup: 30"))).toEqual([
    "19:80: proxysql.mysql_query_rules.1.destination_hostgroup: hostgroup 30 has no server in mysql_servers; expected one of 10, 20",
  ]);
});

test("a timeline can set what is in the rows of a table, and nothing that is not there", () => {
  const set = (target: string) => `${SPLIT}timeline: [{ at: 5s, do: set, target: ${target}, to: 7 }]\n`;
  expect(of(set("proxysql.mysql_servers.db001.max_connections")).filter((line) => !line.includes("warning"))).toEqual(
    [],
  );
  expect(of(set("proxysql.mysql_servers.db003.max_connections")).at(-1)).toContain(
    'a proxysql has no live parameter "mysql_servers.db003.max_connections"; expected "mysql_servers.db001.max_connections"',
  );
  const { scenario } = load(set("proxysql.mysql_servers.db001.max_connections"), "s.yaml", { kinds: KINDS });
  const run = new Run(scenario!);
  const server = run.world.sim.components.find(({ path }) => path === "proxysql-0/hostgroup-10/db001");
  const limit = () => (server as unknown as { maxConnections: number }).maxConnections;
  run.world.sim.runUntil(4_900_000);
  expect(limit()).toBe(1000);
  run.world.sim.runUntil(10_000_000);
  expect(limit()).toBe(7);
});

test("two ProxySQLs that name each other are no circle", () => {
  const cluster = SPLIT.replace(
    "    mysql_users:",
    "    proxysql_servers: [{ hostname: proxysql }, { hostname: second }]\n    mysql_users:",
  ).replace(
    "  db001: {",
    "  second: { kind: proxysql, mysql_servers: [], mysql_users: [], proxysql_servers: [{ hostname: proxysql }] }\n  db001: {",
  );
  expect(of(cluster).filter((line) => !line.includes("warning"))).toEqual([]);
  expect(of(cluster.replace("{ hostname: second }", "{ hostname: db001 }"))[0]).toContain(
    '"db001" is a mysql, which serves no proxysql here',
  );
});
