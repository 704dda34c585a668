import type { ConnectionId } from "../connection/connections.ts";

/** A row of the table of files. */
export type FileId = number;

const NOBODY: ConnectionId = -1;

/**
 * The locks of each file, as SQLite takes them (sqlite.org lockingv3.html): one writer at a time; with a rollback
 * journal its commit also keeps readers out, and waits until those inside have left.
 */
export class FileLocks {
  /** By file: the session that holds the lock for writing (RESERVED, or the write lock of the WAL). */
  private readonly writer: ConnectionId[] = [];
  /** By file: 1 while the writer keeps new readers out (PENDING and EXCLUSIVE). */
  private readonly closed: number[] = [];
  /** By file: sessions that read (SHARED). */
  private readonly readers: number[] = [];
  private readonly wal: boolean;

  constructor(wal: boolean) {
    this.wal = wal;
  }

  get length(): number {
    return this.writer.length;
  }

  /** Adds a file. */
  add(): FileId {
    this.closed.push(0);
    this.readers.push(0);
    return this.writer.push(NOBODY) - 1;
  }

  /** Takes the lock for writing, if nobody has it. */
  write(file: FileId, session: ConnectionId): boolean {
    if (this.writer[file] !== NOBODY) return false;
    this.writer[file] = session;
    return true;
  }

  /** The writer wants to commit: true if nobody reads any more. From now on nobody begins to. */
  close(file: FileId): boolean {
    if (this.wal) return true;
    this.closed[file] = 1;
    return this.readers[file] === 0;
  }

  /** The writer is through. */
  open(file: FileId): void {
    this.writer[file] = NOBODY;
    this.closed[file] = 0;
  }

  /** Begins to read, if the writer does not keep readers out. */
  read(file: FileId): boolean {
    if (this.closed[file] === 1) return false;
    this.readers[file]!++;
    return true;
  }

  stopReading(file: FileId): void {
    this.readers[file]!--;
  }

  isWriter(file: FileId, session: ConnectionId): boolean {
    return this.writer[file] === session;
  }

  /** Whether somebody writes to the file. */
  isWritten(file: FileId): boolean {
    return this.writer[file] !== NOBODY;
  }
}
