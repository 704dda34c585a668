import * as z from "zod";
import { defineKind } from "../kind.ts";
import { distribution, milliseconds, positiveCount } from "../quantity.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

const options = z.strictObject({
  journal_mode: z
    .enum(["delete", "truncate", "persist", "wal"])
    .default("delete")
    .describe(
      "Rollback journal that is deleted, truncated or kept, or write-ahead log, where readers and the writer do not block each other. Source: sqlite.org pragma.html.",
    ),
  synchronous: z
    .enum(["OFF", "NORMAL", "FULL", "EXTRA"])
    .default("FULL")
    .describe(
      "How often a commit waits for the disk; syncs per commit with delete: 0, 3, 4, 5; with wal: 0, 0, 1, 1. Source: sqlite.org pragma.html; counted with strace on SQLite 3.40.1.",
    ),
  timeout: milliseconds()
    .prefault(5000)
    .describe(
      'Milliseconds that a session polls for a lock before "database is locked". Source: Python sqlite3.connect, timeout; sqlite3_busy_timeout.',
    ),
  fsync: distribution().prefault("1ms").describe("Model: how long one sync takes; network SSD 0.5-2 ms, disk 3-10 ms."),
  journal: distribution()
    .prefault("0ms")
    .describe("Model: what a commit takes besides syncs: creating and deleting the rollback journal (not with wal)."),
  between: distribution()
    .prefault("20us")
    .describe(
      "Model: time between two statements of a session, in which it holds no lock: the client's own work and parsing. Source: 50,000 inserts per second in one transaction (sqlprostudio.com).",
    ),
  wal_autocheckpoint: positiveCount()
    .default(1000)
    .describe("Pages of the write-ahead log after which a commit copies them back. Source: sqlite.org pragma.html."),
  pages: positiveCount(10_000)
    .default(1)
    .describe("Model: pages that a commit writes; 1 for one row of a table without further indexes."),
  perPod: z
    .boolean()
    .default(false)
    .describe(
      "Whether each pod that uses it has a file of its own, as with a path inside its container: pods do not see each other's rows.",
    ),
});

export type SqliteOptions = Readonly<z.output<typeof options>>;

/** A database in a file, inside the process that uses it. */
export const sqlite = defineKind({
  kind: "sqlite",
  about: "A SQLite file: one writer at a time, the others poll for the lock and give up after a timeout.",
  options,
  serves: () => ["sqlite"],
  references: () => [],
  facts: {
    "write-lock-contended":
      "{component}: {waiting} sessions poll for a lock of the file while another writes ({milliseconds} ms at most)",
  },
  build(world, path, settings) {
    return { component: new SqliteDatabase(world, path, settings), connect: () => {}, start: () => {} };
  },
});
