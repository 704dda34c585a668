import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { amount, distribution, duration, positiveCount, seconds } from "../quantity.ts";
import { MysqlServer } from "./mysql-server.ts";

const options = z.strictObject({
  max_connections: positiveCount()
    .default(151)
    .describe(
      "Sessions at once, counted from accept to close; one more is kept for privileged accounts. Source: MySQL manual.",
    ),
  wait_timeout: seconds()
    .prefault(28800)
    .describe("Seconds after which the server closes an idle session. Source: MySQL manual, wait_timeout."),
  connect_timeout: seconds()
    .prefault(10)
    .describe("Seconds that a login may take before the server gives its slot to others. Source: MySQL manual."),
  innodb_flush_log_at_trx_commit: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .default(1)
    .describe(
      "1: a commit waits for a sync of the redo log, shared by its group; 0 and 2: it does not. Source: MySQL manual.",
    ),
  sync_binlog: z
    .union([z.literal(0), z.literal(1)])
    .default(1)
    .describe(
      "1: a commit waits for a sync of the binary log as well; 0: it does not (or there is none). Source: MySQL manual.",
    ),
  fsync: distribution()
    .prefault("1ms")
    .describe("Model: how long one sync of a log takes; network SSD 0.5-2 ms, disk 5-10 ms."),
  cores: positiveCount().default(2).describe("Model: processors that running statements share equally."),
  machine: z
    .string()
    .optional()
    .describe("Path of the machine whose cores it shares with others, in place of `cores`. Default: cores of its own."),
  contention: z
    .strictObject({
      sigma: amount()
        .default(0)
        .describe("Share of its speed lost per running thread beyond the cores (Universal Scalability Law)."),
      kappa: amount().default(0).describe("Share of its speed lost per pair of running threads beyond the cores."),
      cliff: amount()
        .default(1e9)
        .describe("Running threads at which half of the throughput is gone; falls with the fourth power."),
    })
    .prefault({})
    .describe("Model: how throughput falls once more threads run than there are cores. Default: it stays at its peak."),
  loginTime: duration()
    .prefault("0s")
    .describe("Model: time that the server itself needs for a login, besides the round trips."),
});

export type MysqlOptions = Readonly<z.output<typeof options>>;

/** A MySQL or MariaDB server. */
export const mysql = defineKind({
  kind: "mysql",
  about: "A MySQL server: a slot for every session from accept to close, 1040 beyond, statements that share its cores.",
  options,
  serves: () => ["mysql"],
  references: ({ machine }) =>
    machine === undefined ? [] : [{ at: ["machine"], path: machine, needs: ["machine"] as const }],
  deeds: ["set", "pace"],
  live: ["max_connections"],
  facts: {
    "connection-limit-reached":
      "{component} is at its connection limit: {connections} of {max_connections} ({idle} idle in pools, {borrowed} in use, {connecting} logging in, {probe} probes, {monitor} monitors, {abandoned} abandoned)",
  },
  build(world, path, settings) {
    const component = new MysqlServer(world, path, settings);
    const act: Act = (deed, because) => {
      if (deed.do === "set") component.adjust(deed.parameter, deed.to);
      else if (deed.do === "pace") component.setPace(deed.share, because);
      else notUnderstood(path, deed);
    };
    return { component, connect: () => component.connect(), start: () => {}, act };
  },
});
