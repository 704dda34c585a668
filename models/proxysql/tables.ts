import * as z from "zod";
import { count, milliseconds, positiveCount } from "../quantity.ts";

/** Rows of `mysql_servers`: which servers a hostgroup has. */
export const mysqlServers = z
  .array(
    z.strictObject({
      hostgroup: count(2_147_483_647)
        .default(0)
        .describe("Hostgroup that the server belongs to. Source: mysql_servers."),
      hostname: z.string().describe("The server: the path of a component. Source: mysql_servers."),
      max_connections: positiveCount()
        .default(1000)
        .describe(
          "Connections in use at once, per process and hostgroup; idle ones do not count. Source: mysql_servers.",
        ),
      weight: count(10_000_000)
        .default(1)
        .describe("Its share in the lottery for a query; 0 takes it out. Source: mysql_servers."),
      max_latency_ms: milliseconds()
        .prefault(0)
        .describe(
          "Passed over while pings take longer; milliseconds, 0: mysql-default_max_latency_ms. Source: mysql_servers.",
        ),
    }),
  )
  .min(1)
  .superRefine((servers, context) => {
    const keys = servers.map(({ hostgroup, hostname }) => `${hostname} in hostgroup ${hostgroup}`);
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) === index) continue;
      context.addIssue({ code: "custom", path: [index], message: `${key} is listed twice; expected each server once` });
    }
  })
  .describe("The servers behind the proxy. Source: mysql_servers.");

export type ServerOptions = z.output<typeof mysqlServers>[number];

/** Rows of `mysql_users`: where a user's queries go. */
export const mysqlUsers = z
  .array(
    z.strictObject({
      username: z.string().describe("The user that a class of requests runs as. Source: mysql_users."),
      default_hostgroup: count(2_147_483_647)
        .default(0)
        .describe("Hostgroup that its queries go to. Source: mysql_users."),
      max_connections: positiveCount()
        .default(10_000)
        .describe("Client sessions of this user on one process; 1226 beyond. Source: mysql_users."),
    }),
  )
  .min(1)
  .superRefine((users, context) => {
    const names = users.map(({ username }) => username);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({ code: "custom", path: [index], message: `${name} is listed twice; expected each user once` });
    }
  })
  .describe("The users that may log in. Source: mysql_users.");

export type UserOptions = z.output<typeof mysqlUsers>[number];
