import * as z from "zod";
import { SECOND } from "../../sim/time.ts";
import { diskOptions } from "../disk/disk-options.ts";
import { listenOptions } from "../network/listen-options.ts";
import { amount, bytes, distribution, duration, positiveCount, seconds, share } from "../quantity.ts";
import { NO_CLIFF } from "./contention.ts";

/** A time after which something is done again: not at once, or nothing else would be done any more. */
export function pause(usual: number) {
  const isLongEnough = (time: number) => time >= SECOND;
  return seconds().refine(isLongEnough, "it is too short; expected at least 1 second").prefault(usual);
}

const contention = z.strictObject({
  sigma: amount()
    .default(0)
    .describe("Share of its speed lost per running thread beyond those undisturbed (Universal Scalability Law)."),
  kappa: amount()
    .default(0)
    .describe(
      "Share of its speed lost per pair of running threads beyond those undisturbed (Universal Scalability Law).",
    ),
  undisturbed: positiveCount()
    .optional()
    .describe("Running threads that do not disturb each other; 1 is the law to the letter. Default: the cores."),
  cliff: positiveCount(NO_CLIFF)
    .default(NO_CLIFF)
    .describe("Running threads at which half of the throughput is gone. Default: no cliff."),
  steepness: amount(100).default(4).describe("The power of running threads with which throughput falls off the cliff."),
  floor: amount(0.999)
    .default(0)
    .describe("Share of the throughput that is left at the foot of the cliff, from 0 to 0.999."),
  crowd: positiveCount(NO_CLIFF)
    .optional()
    .describe(
      "Busy sessions, running or waiting for a thread, at which half of the throughput is gone; falls with the square. Default: none.",
    ),
});

const replication = {
  replicates: z
    .string()
    .optional()
    .describe("Path of the server that it replicates (CHANGE REPLICATION SOURCE TO). Default: none, it is a source."),
  read_only: z
    .boolean()
    .optional()
    .describe("Whether sessions may not write: 1290. Default: true for a replica. Source: MySQL manual, read_only."),
  replica_parallel_workers: positiveCount(1024)
    .default(4)
    .describe("Transactions that a replica applies at once, if they committed together. Source: MySQL 8.0.27."),
  slave_net_timeout: pause(60).describe(
    "Seconds without a word from the source after which a replica connects anew. Source: MySQL manual.",
  ),
  source_connect_retry: pause(60).describe(
    "Seconds between attempts of a replica to connect; the first is at once. Source: MySQL, SOURCE_CONNECT_RETRY.",
  ),
  applyWork: amount(1000)
    .default(1)
    .describe("Model: processor time that a replica needs for a transaction, as a multiple of what its source needed."),
};

const memory = {
  innodb_buffer_pool_size: bytes()
    .prefault("128MiB")
    .describe("Memory for pages of tables and indexes. Source: MySQL manual."),
  workingSet: bytes()
    .prefault(0)
    .describe("Model: size of the pages that statements with `pageReads` read from; 0: all of them are in memory."),
  locality: share()
    .prefault(0)
    .describe(
      "Model: how much of it is read again and again; 0: all pages alike, 86%: 80 % of reads go to 20 % of pages.",
    ),
  disk: z
    .union([z.string(), diskOptions])
    .optional()
    .describe(
      "Disk that pages are read from and logs are synced to: a path, or options of its own. Default: see `fsync`.",
    ),
};

const commits = {
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
    .describe("Model: how long one sync of a log takes where no `disk` is given; network SSD 0.5-2 ms, disk 5-10 ms."),
};

const processors = {
  cores: positiveCount().default(2).describe("Model: processors that running statements share equally."),
  machine: z
    .string()
    .optional()
    .describe("Path of the machine whose cores it shares with others, in place of `cores`. Default: cores of its own."),
  contention: contention
    .prefault({})
    .describe("Model: how throughput falls once more threads run than there are cores. Default: it stays at its peak."),
  thread_pool_size: positiveCount(100_000)
    .optional()
    .describe(
      "Statements that run at once, others wait for a thread of the pool. Default: a thread for each. Source: MariaDB.",
    ),
};

export const mysqlOptions = z
  .strictObject({
    max_connections: positiveCount()
      .default(151)
      .describe(
        "Sessions at once, counted from accept to close; one more is kept for privileged accounts. Source: MySQL manual.",
      ),
    listen: listenOptions
      .optional()
      .describe(
        "The listening socket, whose backlog is back_log (80, or as many as max_connections); logins wait in it. Default: not modelled. Source: MySQL manual, back_log.",
      ),
    wait_timeout: seconds()
      .prefault(28800)
      .describe("Seconds after which the server closes an idle session. Source: MySQL manual, wait_timeout."),
    connect_timeout: seconds()
      .prefault(10)
      .describe("Seconds that a login may take before the server gives its slot to others. Source: MySQL manual."),
    ...commits,
    ...processors,
    ...memory,
    ...replication,
    loginTime: duration()
      .prefault("0s")
      .describe("Model: time that the server itself needs for a login, besides the round trips."),
    startup: distribution()
      .prefault("1s")
      .describe(
        "Model: time from the start of its process until it listens; longer after a crash of much written data.",
      ),
  })
  .check(({ value, issues }) => {
    if (value.workingSet === 0 || value.disk !== undefined) return;
    issues.push({ code: "custom", message: "a `workingSet` is read from a `disk`; expected both", input: value });
  });

export type MysqlOptions = Readonly<z.output<typeof mysqlOptions>>;
