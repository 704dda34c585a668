import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { bytes, distribution, positiveCount, rate } from "../quantity.ts";
import { RedisServer } from "./redis-server.ts";

const benchmark = z
  .strictObject({
    single: rate()
      .prefault("118000/s")
      .describe(
        "Model: commands per second of `redis-benchmark`, one command per round trip: what a round trip costs the thread. Source: 115-122k/s SET with 20-100 clients (gist josiahcarlson/3c6791a).",
      ),
    pipelined: rate()
      .prefault("683000/s")
      .describe(
        "Model: commands per second of `redis-benchmark -P 16`: what a command costs once the socket is read. Source: SET, 310k/s on a laptop to 683k/s on a desktop (gists antirez/1892983, alphazero/227585).",
      ),
    pipeline: positiveCount(10_000).default(16).describe("Commands per round trip of the pipelined benchmark (`-P`)."),
  })
  .check((context) => {
    const { single, pipelined, pipeline } = context.value;
    if (pipelined > single && pipelined < pipeline * single) return;
    const message = `the pipelined rate must lie above the single one and below ${pipeline} times that`;
    context.issues.push({ code: "custom", message, input: context.value });
  });

const options = z.strictObject({
  maxclients: positiveCount()
    .default(10_000)
    .describe('Clients at once; beyond: "max number of clients reached". Source: redis.conf, maxclients.'),
  maxmemory: bytes()
    .prefault(0)
    .describe("Bytes of messages that its lists may hold; beyond, writes fail; 0 = no limit. Source: redis.conf."),
  appendonly: z
    .enum(["yes", "no"])
    .default("no")
    .describe("Whether its lists outlive its process; snapshots are left out. Source: redis.conf, appendonly."),
  benchmark: benchmark.prefault({}).describe("Model: how fast the command thread is, as redis-benchmark says it."),
  cost: distribution("number")
    .prefault("1")
    .describe("Model: what a command costs in terms of a SET; 1 for GET, HSET, LPUSH, more for long ranges."),
});

export type RedisOptions = Readonly<z.output<typeof options>>;

/** A Redis server. */
export const redis = defineKind({
  kind: "redis",
  about: "A Redis server: one thread serves the commands of all clients in the order they came; it may host queues.",
  options,
  serves: () => ["redis"],
  references: () => [],
  deeds: ["set", "pace", "stop", "start"],
  live: ["maxclients"],
  limits: ({ maxclients }) => ({ maxclients }),
  facts: {
    "client-limit-reached": "{component} is at maxclients ({connected_clients} of {maxclients})",
    "command-thread-saturated":
      "the command thread of {component} is behind: {waiting} round trips wait for it, the last to come for {milliseconds} ms",
    "out-of-memory": "{component} is at maxmemory ({used_memory} of {maxmemory} bytes)",
  },
  build(world, path, settings) {
    const component = new RedisServer(world, path, settings);
    const act: Act = (deed, because) => {
      if (deed.do === "set") component.adjust(deed.parameter, deed.to);
      else if (deed.do === "pace") component.setPace(deed.share, because);
      else if (deed.do === "stop") component.stop(because);
      else if (deed.do === "start") component.start(because);
      else notUnderstood(path, deed);
    };
    return { component, connect: () => {}, start: () => {}, act };
  },
});
