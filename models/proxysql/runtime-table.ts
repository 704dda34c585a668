import { Digest } from "../../sim/record/digest.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** A row as a file gives it: the settings of it that can change, by name. */
type Row = Readonly<Record<string, number>>;

/**
 * One table of a process as it is at runtime, a column for each setting of its rows; `listed` is 1 for the rows that it
 * has now. There is a place for every row that any process of its cluster may ever have, the same in all of them.
 *
 * `LOAD ... TO RUNTIME` makes it a new version; its checksum tells it from that of another process
 * (lib/ProxySQL_Admin.cpp, runtime_checksums_values).
 */
export class RuntimeTable {
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** 1 after the start of the process, one more for each LOAD. */
  version = 1;
  /** Second of the latest LOAD, wherever that was. */
  epoch = 0;
  checksum: string;
  /** The action or event that loaded it latest. */
  because: JournalId = NONE;

  /** @param rows undefined where the process does not have the row at first. */
  constructor(names: readonly string[], rows: readonly (Row | undefined)[]) {
    const columns: Record<string, Float64Array> = { listed: Float64Array.from(rows, (row) => (row ? 1 : 0)) };
    for (const name of names) columns[name] = Float64Array.from(rows, (row) => row?.[name] ?? 0);
    this.columns = columns;
    this.checksum = this.digest();
  }

  /** LOAD ... TO RUNTIME after what was set. */
  load(now: Micros, because: JournalId): void {
    this.because = because;
    this.version++;
    this.epoch = Math.floor(now / SECOND);
    this.checksum = this.digest();
  }

  /** Takes over what another process has; the epoch stays that of its LOAD. */
  pull(from: RuntimeTable, because: JournalId): void {
    this.because = because;
    for (const [name, column] of Object.entries(this.columns)) column.set(from.columns[name]!);
    this.version++;
    this.epoch = from.epoch;
    this.checksum = this.digest();
  }

  /** The process starts again with what it had. */
  restart(now: Micros): void {
    this.version = 1;
    this.epoch = Math.floor(now / SECOND);
  }

  /** Of rows that are not listed nothing counts. */
  private digest(): string {
    const digest = new Digest();
    const { listed } = this.columns;
    for (const [name, column] of Object.entries(this.columns)) {
      digest.add(name);
      for (let row = 0; row < column.length; row++) if (listed![row] === 1) digest.add(row).add(column[row]!);
    }
    return digest.hex;
  }
}
