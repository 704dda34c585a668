import type { SqliteOptions } from "./kind.ts";

type Syncs = Readonly<Record<SqliteOptions["synchronous"], number>>;

/** Calls of fsync and fdatasync per commit of one row, counted with strace on SQLite 3.40.1: journal, file, directory. */
const SYNCS: Readonly<Record<SqliteOptions["journal_mode"], Syncs>> = {
  delete: { OFF: 0, NORMAL: 3, FULL: 4, EXTRA: 5 },
  truncate: { OFF: 0, NORMAL: 3, FULL: 5, EXTRA: 5 },
  persist: { OFF: 0, NORMAL: 4, FULL: 5, EXTRA: 5 },
  wal: { OFF: 0, NORMAL: 0, FULL: 1, EXTRA: 1 },
};

/** How often a commit waits for the disk. */
export function syncsPerCommit({ journal_mode, synchronous }: SqliteOptions): number {
  return SYNCS[journal_mode][synchronous];
}

/** The same for a checkpoint: the log, the file, and the header of the log that begins anew. */
export function syncsPerCheckpoint({ synchronous }: SqliteOptions): number {
  return synchronous === "OFF" ? 0 : 3;
}
