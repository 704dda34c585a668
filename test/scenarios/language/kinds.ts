import * as z from "zod";
import { type Built, defineKind, type Kind } from "../../../models/kind.ts";
import {
  count,
  distribution,
  duration,
  milliseconds,
  positiveCount,
  rate,
  seconds,
  share,
} from "../../../models/quantity.ts";

function unbuilt(): Built {
  throw new Error("the kinds of these tests are described, never built");
}

const load = defineKind({
  kind: "load",
  about: "People who ask.",
  options: z
    .strictObject({
      to: z
        .union([z.string().transform((path) => ({ [path]: 1 })), z.record(z.string(), share())])
        .describe("Whom they ask."),
      rate: rate().optional().describe("People per second."),
      recorded: z
        .array(
          z.strictObject({
            at: duration().describe("When they come."),
            class: z.string().optional().describe("What they want."),
            work: duration().optional().describe("What it costs."),
          }),
        )
        .optional()
        .describe("People as recorded."),
      classes: z
        .array(
          z.strictObject({
            name: z.string().describe("Name of the class."),
            share: share().prefault(1).describe("Share of the people."),
            work: distribution().prefault("1ms").describe("What one request costs."),
          }),
        )
        .min(1)
        .prefault([{ name: "request" }])
        .describe("What they want."),
      zones: z.record(z.string(), share()).default({}).describe("Where they are."),
      patience: duration().prefault("60s").describe("How long they wait."),
    })
    .check((context) => {
      const sources = [context.value.rate, context.value.recorded].filter((source) => source !== undefined);
      if (sources.length === 1) return;
      context.issues.push({ code: "custom", message: "a load has either `rate` or `recorded`", input: context.value });
    }),
  references: ({ to }) => Object.keys(to).map((path) => ({ at: ["to", path], path, needs: ["http"] as const })),
  deeds: ["set", "ramp"],
  live: ["rate"],
  facts: {},
  build: unbuilt,
});

const service = defineKind({
  kind: "service",
  about: "Pods that answer.",
  options: z.strictObject({
    sends: z.string().optional().describe("Whom they ask in turn."),
    replicas: count(10_000).default(1).describe("How many pods there are."),
    nodes: z
      .union([z.string().transform((group) => [group]), z.array(z.string())])
      .default([])
      .describe("Node groups of the pods."),
  }),
  serves: () => ["http"],
  references: ({ sends }) =>
    sends === undefined ? [] : [{ at: ["sends"], path: sends, needs: ["http", "mysql"] as const }],
  deeds: ["scale", "kill", "restart", "drain"],
  facts: {},
  build: unbuilt,
});

const proxysql = defineKind({
  kind: "proxysql",
  about: "Proxies in front of databases.",
  options: z.strictObject({
    replicas: count(10_000).default(1).describe("How many pods there are."),
    mysql_servers: z
      .array(
        z.strictObject({
          hostname: z.string().describe("The database."),
          max_connections: positiveCount().default(1000).describe("Most connections to it."),
        }),
      )
      .min(1)
      .describe("The databases behind it."),
    connect_timeout_server: milliseconds().prefault(3000).describe("How long a connection may take."),
    routing: z.enum(["same-zone", "any"]).default("any").describe("Which pods a client uses."),
    readinessProbe: z
      .strictObject({
        periodSeconds: seconds().prefault(10).describe("Time between probes."),
        failureThreshold: positiveCount(100).default(3).describe("Failures in a row."),
        asks: z.string().describe("The database that it asks."),
      })
      .optional()
      .describe("Takes a pod out of use while it fails."),
  }),
  serves: () => ["http"],
  references: ({ mysql_servers, readinessProbe }) => [
    ...mysql_servers.map(({ hostname }, at) => ({
      at: ["mysql_servers", at, "hostname"],
      path: hostname,
      needs: ["mysql"] as const,
    })),
    ...(readinessProbe
      ? [{ at: ["readinessProbe", "asks"], path: readinessProbe.asks, needs: ["mysql"] as const }]
      : []),
  ],
  deeds: ["scale", "kill", "restart", "drain"],
  facts: {},
  build: unbuilt,
});

const mysql = defineKind({
  kind: "mysql",
  about: "A database.",
  options: z.strictObject({
    max_connections: positiveCount().default(151).describe("Sessions at once."),
    sync_binlog: z
      .union([z.literal(0), z.literal(1)])
      .default(1)
      .describe("Whether commits wait for the binary log."),
    fsync: distribution().prefault("1ms").describe("How long a sync takes."),
  }),
  serves: () => ["mysql"],
  references: () => [],
  deeds: ["set", "pace"],
  live: ["max_connections"],
  facts: {},
  build: unbuilt,
});

/** Four kinds as the real ones are written, but small, so that the tests show all there is. */
export const TEST_KINDS: readonly Kind[] = [load, service, proxysql, mysql] as unknown as readonly Kind[];
