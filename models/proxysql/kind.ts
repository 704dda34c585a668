import * as z from "zod";
import type { Act } from "../deed.ts";
import { defineKind } from "../kind.ts";
import {
  buildDeployment,
  probeReferences,
  workloadDeeds,
  workloadFacts,
  workloadOptions,
  workloadServes,
} from "../kubernetes/workload.ts";
import { BackendConnections } from "./backend-connections.ts";
import { ClientSessions } from "./client-sessions.ts";
import { ProxysqlPod } from "./proxysql-pod.ts";
import { mysqlServers, mysqlUsers } from "./tables.ts";
import { model, variables } from "./variables.ts";

const options = z
  .strictObject({
    ...workloadOptions,
    variables: variables
      .prefault({})
      .describe("Settings of every process; times are milliseconds, as in ProxySQL, or durations. Source: v2.7.1."),
    mysql_servers: mysqlServers,
    mysql_users: mysqlUsers,
    model: model.prefault({}).describe("Model: assumptions that ProxySQL has no variable for."),
  })
  .superRefine(({ mysql_servers, mysql_users }, context) => {
    const hostgroups = mysql_servers.map(({ hostgroup }) => hostgroup);
    for (const [index, { default_hostgroup }] of mysql_users.entries()) {
      if (hostgroups.includes(default_hostgroup)) continue;
      const message = `hostgroup ${default_hostgroup} has no server in mysql_servers; expected one of ${[...new Set(hostgroups)].join(", ")}`;
      context.addIssue({ code: "custom", path: ["mysql_users", index, "default_hostgroup"], message });
    }
  });

/** A fleet of ProxySQL pods. */
export const proxysql = defineKind({
  kind: "proxysql",
  about:
    "ProxySQL in pods: each lends its own connections to each database to the queries of its clients, lets queries wait when there are none, and shuns a database that refuses it.",
  options,
  serves: (given) => workloadServes(given, "mysql"),
  references(given) {
    const servers = given.mysql_servers.map(({ hostname }, index) => {
      return { at: ["mysql_servers", index, "hostname"], path: hostname, needs: ["mysql"] as const };
    });
    return [...servers, ...probeReferences(given)];
  },
  deeds: [...workloadDeeds, "set"],
  live: ["mysql-connection_max_age_ms", "mysql-free_connections_pct"],
  facts: {
    ...workloadFacts,
    "server-shunned": "{component} is shunned, on and off, after {failures} failures in a row",
    "pool-at-max_connections":
      "{component} uses all its connections ({ConnUsed} of {max_connections}), so queries wait",
    "frontend-full": "{component} turns clients away: {connections} of {max_connections} sessions",
  },
  build(world, path, given) {
    const tables = { clients: new ClientSessions(), backends: new BackendConnections() };
    const pods: ProxysqlPod[] = [];
    const { built } = buildDeployment(world, path, given, (_, podPath) => {
      const pod = new ProxysqlPod(world, podPath, given, tables);
      pods.push(pod);
      return pod;
    });
    const connect = (): void => {
      built.connect();
      for (const pod of pods) pod.connect();
    };
    const act: Act = (deed, because) => {
      if (deed.do !== "set") return built.act?.(deed, because);
      for (const pod of pods) pod.adjust(deed.parameter, deed.to);
    };
    return { ...built, connect, act };
  },
});
