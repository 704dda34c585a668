import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import type { Host } from "../host.ts";
import { type Catalog, MODULES, type Module, type RuntimeTables } from "./catalog.ts";
import { NOBODY } from "./connection-columns.ts";
import type { RuntimeTable } from "./runtime-table.ts";
import type { Variables } from "./variables.ts";

/** What another process is being asked for. */
export const GLOBAL_CHECKSUM = 0;
export const MODULE_CHECKSUMS = 1;
export const PULL = 2;
export const STATUS = 3;

/** A process of a cluster, as the others see it. */
export interface ClusterMember extends Host {
  readonly variables: Variables;
  readonly catalog: Catalog;
  /** Its configuration as it is now. */
  readonly tables: RuntimeTables;
  /** A table of its own has been loaded. */
  loaded(module: Module, because: JournalId): void;
}

/** What a process knows of another one of its cluster. */
export class ClusterPeer {
  readonly member: ClusterMember;
  /** The row of proxysql_servers that stands for it. */
  readonly row: number;
  stage = GLOBAL_CHECKSUM;
  request: RequestId = NOBODY;
  timer: EventHandle = NO_EVENT;
  /** When the look under way began. */
  since: Micros = 0;
  /** Looks so far. */
  checks = 0;
  /** By module: in how many looks in a row its table has differed from the own one (diff_check). */
  readonly diffs: Int32Array;
  /** By module: checksum and version as they were at the latest look. */
  private readonly checksums: string[];
  private readonly versions: Float64Array;

  constructor(member: ClusterMember, row: number, modules: number) {
    this.member = member;
    this.row = row;
    this.diffs = new Int32Array(modules);
    this.checksums = new Array<string>(modules).fill("");
    this.versions = new Float64Array(modules);
  }

  /** The own process ends, and remembers nothing. */
  forget(): void {
    this.request = NOBODY;
    this.timer = NO_EVENT;
    this.checks = 0;
    this.diffs.fill(0);
    this.checksums.fill("");
    this.versions.fill(0);
  }

  /** Whether the checksum over all tables, their versions included, is another one than at the latest look. */
  hasChanged(): boolean {
    return MODULES.some((module, index) => {
      const { checksum, version } = this.member.tables[module];
      return checksum !== this.checksums[index] || version !== this.versions[index];
    });
  }

  /** Compares a table: a new checksum is one difference, the same one again is one more, and the own one is none. */
  compare(index: number, { checksum, version }: RuntimeTable, own: string): void {
    const isNew = checksum !== this.checksums[index];
    this.diffs[index] = checksum === own ? 0 : isNew ? 1 : this.diffs[index]! + 1;
    this.checksums[index] = checksum;
    this.versions[index] = version;
  }

  get agrees(): boolean {
    return this.diffs.every((diff) => diff === 0);
  }
}
