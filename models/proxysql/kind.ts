import * as z from "zod";
import type { Act } from "../deed.ts";
import { defineKind } from "../kind.ts";
import type { Deployment } from "../kubernetes/deployment.ts";
import {
  buildDeployment,
  probeReferences,
  workloadDeeds,
  workloadFacts,
  workloadLive,
  workloadMechanisms,
  workloadOptions,
  workloadServes,
} from "../kubernetes/workload.ts";
import type { Mechanism } from "../mechanism.ts";
import { Mistake } from "../unit.ts";
import type { World } from "../world.ts";
import { setRows, settableIn } from "./admin.ts";
import { BackendConnections } from "./backend-connections.ts";
import { Catalog, type Configuration } from "./catalog.ts";
import { ClientSessions } from "./client-sessions.ts";
import { clusterConfigurations } from "./cluster-members.ts";
import { adviceOnLockingReads } from "./locking-reads.ts";
import { ProxysqlPod } from "./proxysql-pod.ts";
import { mysqlQueryRules } from "./query-rules.ts";
import { statementsOf } from "./routes.ts";
import {
  mysqlHostgroupAttributes,
  mysqlReplicationHostgroups,
  mysqlServers,
  mysqlUsers,
  proxysqlServers,
} from "./tables.ts";
import { model, variables } from "./variables.ts";

const options = z
  .strictObject({
    ...workloadOptions,
    variables: variables
      .prefault({})
      .describe("Settings of every process; times are milliseconds, as in ProxySQL, or durations. Source: v2.7.1."),
    mysql_servers: mysqlServers,
    mysql_users: mysqlUsers,
    mysql_query_rules: mysqlQueryRules,
    mysql_replication_hostgroups: mysqlReplicationHostgroups,
    mysql_hostgroup_attributes: mysqlHostgroupAttributes,
    proxysql_servers: proxysqlServers,
    model: model.prefault({}).describe("Model: assumptions that ProxySQL has no variable for."),
  })
  .superRefine((given, context) => {
    for (const { at, mistake } of mistakesIn(given)) {
      context.addIssue({ code: "custom", path: at, message: mistake.wrong, params: { mistake } });
    }
  });

/** Rows that lead to hostgroups which are not there. A member of a cluster may have nothing at first. */
function mistakesIn({
  mysql_servers,
  mysql_users,
  mysql_query_rules,
  mysql_replication_hostgroups,
  proxysql_servers,
}: Configuration) {
  const pairs = mysql_replication_hostgroups.flatMap((pair) => [pair.writer_hostgroup, pair.reader_hostgroup]);
  const hostgroups = [...new Set([...mysql_servers.map(({ hostgroup }) => hostgroup), ...pairs])];
  const missing = (number: number | undefined, at: (string | number)[]) => {
    if (number === undefined || hostgroups.includes(number)) return [];
    const right = hostgroups.length > 0 ? `one of ${hostgroups.join(", ")}` : "a server in mysql_servers";
    return [{ at, mistake: new Mistake(`hostgroup ${number} has no server in mysql_servers`, right) }];
  };
  const empty = (rows: readonly unknown[], table: string) => {
    if (rows.length > 0 || proxysql_servers.length > 0) return [];
    return [{ at: [table], mistake: new Mistake("there is nothing in it", "at least 1") }];
  };
  return [
    ...empty(mysql_servers, "mysql_servers"),
    ...empty(mysql_users, "mysql_users"),
    ...mysql_users.flatMap((user, at) => missing(user.default_hostgroup, ["mysql_users", at, "default_hostgroup"])),
    ...mysql_query_rules.flatMap((rule, at) =>
      missing(rule.destination_hostgroup, ["mysql_query_rules", at, "destination_hostgroup"]),
    ),
  ];
}

/** A fleet of ProxySQL pods. */
export const proxysql = defineKind({
  kind: "proxysql",
  about:
    "ProxySQL in pods: each lends its own connections to each database to the queries of its clients, lets queries wait when there are none, and shuns a database that refuses it.",
  options,
  serves: (given) => [...workloadServes(given, "mysql"), "proxysql"],
  references(given) {
    const servers = given.mysql_servers.map(({ hostname }, index) => {
      return { at: ["mysql_servers", index, "hostname"], path: hostname, needs: ["mysql"] as const };
    });
    const others = given.proxysql_servers.map(({ hostname }, index) => {
      return {
        at: ["proxysql_servers", index, "hostname"],
        path: hostname,
        needs: ["proxysql"] as const,
        mutual: true,
      };
    });
    return [...servers, ...others, ...probeReferences(given)];
  },
  advice({ mysql_query_rules, mysql_users, variables: { "mysql-query_processor_iterations": iterations } }) {
    const isIdle = mysql_query_rules.length > 0 && mysql_query_rules.every(({ active }) => active === 0);
    const idle = isIdle
      ? [{ at: [], wrong: "no rule is active", right: "active: 1 in those that are to be used" }]
      : [];
    return [...idle, ...adviceOnLockingReads(mysql_query_rules, mysql_users, iterations)].map((advice) => {
      return { ...advice, at: ["mysql_query_rules", ...advice.at] };
    });
  },
  deeds: workloadDeeds,
  live: ["mysql-connection_max_age_ms", "mysql-free_connections_pct"],
  liveIn: (given) => [...settableIn(given), ...workloadLive(given)],
  mechanisms(given) {
    const { "mysql-free_connections_pct": otherwise } = given.variables;
    const idle: Mechanism = {
      name: "idle connections that are kept",
      does: "each pod keeps connections to databases that no query uses",
      actsOn: [...new Set(given.mysql_servers.map(({ hostname }) => hostname))],
      shows: ["connection-limit-reached"],
      off: { parameter: "mysql-free_connections_pct", to: 0, otherwise },
    };
    return [...(otherwise > 0 ? [idle] : []), ...workloadMechanisms(given)];
  },
  facts: {
    ...workloadFacts,
    "server-shunned": "{component} is shunned, on and off, after {failures} failures in a row",
    "pool-at-max_connections":
      "{component} uses all its connections ({ConnUsed} of {max_connections}), so queries wait",
    "became-writer": "{component} takes writes from now on: its server has read_only=0",
    "became-reader": "{component} takes no more queries: its server has read_only=1, or gives no answer",
    "cluster-out-of-sync":
      "{component} has another configuration than others of its cluster for good ({diff_check} looks so far): nobody has loaded it since they started, or two have at the same second",
    "configuration-synced": "{component} takes over the newer configuration of another of its cluster",
    "query-blocked": "{component} refuses statements by a rule with error_msg",
    "query-timeout": "{component} kills queries that run for longer than {limit} s",
    "frontend-full": "{component} turns clients away: {connections} of {max_connections} sessions",
  },
  build(world, path, given) {
    const sessions = { clients: new ClientSessions(), backends: new BackendConnections() };
    const statements = statementsOf(world, given.mysql_users[0]?.username ?? "");
    const catalog = new Catalog(clusterConfigurations(world, path, given), statements);
    const pods: ProxysqlPod[] = [];
    const { built } = buildDeployment(world, path, given, (_, podPath) => {
      const pod = new ProxysqlPod(world, podPath, given, catalog, sessions);
      pods.push(pod);
      return pod;
    });
    const connect = (): void => {
      built.connect();
      const proxies = catalog.proxies.map((proxy) => podsOf(world, proxy));
      for (const pod of pods) pod.connect(proxies);
    };
    const isCluster = given.proxysql_servers.some(({ hostname }) => hostname === path);
    const act: Act = (deed, because) => {
      if (deed.do !== "set" || workloadLive(given).includes(deed.parameter)) return built.act?.(deed, because);
      const one = pods.find(({ isRunning }) => isRunning) ?? pods[0]!;
      if (setRows(isCluster ? [one] : pods, catalog, deed.parameter, deed.to, because)) return;
      for (const pod of pods) pod.adjust(deed.parameter, deed.to);
    };
    return { ...built, connect, act };
  },
});

/** The processes of a ProxySQL. */
function podsOf(world: World, path: string): ProxysqlPod[] {
  return (world.find(path) as Deployment).pods.map(({ container }) => container as ProxysqlPod);
}
