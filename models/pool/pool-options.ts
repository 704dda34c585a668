import * as z from "zod";
import { count, milliseconds, positiveCount } from "../quantity.ts";
import type { World } from "../world.ts";
import { HikariPool } from "./hikari-pool.ts";
import { Mysql2Pool } from "./mysql2-pool.ts";
import { PerRequestPool } from "./per-request-pool.ts";
import type { Pool } from "./pool.ts";
import type { PoolGroup } from "./pool-group.ts";

const acquire = z.enum(["per-query", "per-call"]);

const mysql2 = z.strictObject({
  kind: z.literal("mysql2"),
  connectionLimit: count()
    .default(10)
    .describe("Connections that the pool opens at most; 0 = no limit. Source: mysql2 lib/pool_config.js."),
  waitForConnections: z
    .boolean()
    .default(true)
    .describe(
      'Whether callers wait when all are in use; false: "No connections available." Source: mysql2 lib/base/pool.js.',
    ),
  queueLimit: count()
    .default(0)
    .describe('Callers that may wait; beyond: "Queue limit reached."; 0 = no limit. Source: mysql2 lib/base/pool.js.'),
  maxIdle: count()
    .optional()
    .describe(
      "Idle connections kept; trimmed each second, only if below connectionLimit. Default: connectionLimit. Source: mysql2.",
    ),
  idleTimeout: milliseconds()
    .prefault(60000)
    .describe(
      "Milliseconds after which an idle connection is trimmed, if maxIdle is below connectionLimit. Source: mysql2.",
    ),
  connectTimeout: milliseconds()
    .prefault(10000)
    .describe("Milliseconds until the login must have ended. Source: mysql2 lib/connection_config.js."),
  acquire: acquire
    .default("per-query")
    .describe(
      "Model: per-query takes a connection for each statement (a repository call), per-call for all (a transaction).",
    ),
});

const hikari = z.strictObject({
  kind: z.literal("hikari"),
  maximumPoolSize: positiveCount()
    .default(10)
    .describe("Connections that the pool opens at most. Source: HikariConfig.java."),
  minimumIdle: count()
    .optional()
    .describe("Idle connections that the pool tries to have. Default: maximumPoolSize. Source: HikariConfig.java."),
  connectionTimeout: milliseconds()
    .prefault(30000)
    .describe("Milliseconds that a caller waits at most, and that a login may take. Source: HikariConfig.java."),
  idleTimeout: milliseconds()
    .prefault(600000)
    .describe("Milliseconds after which idle connections above minimumIdle are closed. Source: HikariConfig.java."),
  maxLifetime: milliseconds()
    .prefault(1800000)
    .describe(
      "Milliseconds after which a connection is replaced, less up to 1/40; 0 = never. Source: HikariConfig.java.",
    ),
  acquire: acquire
    .default("per-call")
    .describe("Model: per-query takes a connection for each statement, per-call for all of a call (a transaction)."),
});

const perRequest = z.strictObject({
  kind: z.literal("per-request"),
  connectTimeout: milliseconds()
    .prefault(10000)
    .describe("Milliseconds until the login must have ended. Source: mysqlclient, connect_timeout 10 s."),
  hold: z
    .enum(["query", "request"])
    .default("request")
    .describe(
      "request: from the first statement of a call to its end, through all that it waits for (Django, CONN_MAX_AGE 0); query: only while statements run.",
    ),
});

/** How the pods of a service get their connections. */
export const poolOptions = z.discriminatedUnion("kind", [mysql2, hikari, perRequest]).prefault({ kind: "mysql2" });

export type PoolOptions = z.output<typeof poolOptions>;
export type Mysql2Options = z.output<typeof mysql2>;
export type HikariOptions = z.output<typeof hikari>;
export type PerRequestOptions = z.output<typeof perRequest>;

/** Connections that one pool may have; Infinity where it has no limit of its own. */
export function sizeLimit(options: PoolOptions): number {
  if (options.kind === "hikari") return options.maximumPoolSize;
  if (options.kind === "mysql2" && options.connectionLimit > 0) return options.connectionLimit;
  return Number.POSITIVE_INFINITY;
}

/** Builds the pool of one pod. */
export function createPool(world: World, path: string, group: PoolGroup, options: PoolOptions): Pool {
  if (options.kind === "hikari") return new HikariPool(world, path, group, options);
  if (options.kind === "per-request") return new PerRequestPool(world, path, group, options);
  return new Mysql2Pool(world, path, group, options);
}
