import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { Disk } from "../disk/disk.ts";
import { SYNC } from "../verb.ts";
import type { World } from "../world.ts";

const SYNCED = 0;

/** Whoever hands commits to a group commit. */
export interface Committer {
  /** The sync that the request waited for has ended; `stage` says which log it was. */
  committed(request: RequestId, stage: number): void;
}

/**
 * A log that is synced to disk for many commits at once: while one sync runs, commits collect, and the next sync
 * takes them all. A lone client pays a whole sync; a crowd shares it.
 *
 * Clients that do nothing but commit pay two: whoever comes back first starts a sync alone, the others find it under
 * way and share the next, so they take turns in two groups (MariaDB log0log.cc, log_write_up_to and group_commit_lock;
 * MySQL binlog.cc, ordered_commit).
 */
export class GroupCommit extends Component {
  /** Where it syncs to; undefined for a log whose sync takes `fsync` whatever else goes on. */
  disk: Disk | undefined;
  private readonly collecting = new WaitingLine();
  private readonly syncing = new WaitingLine();
  private readonly fsync: Distribution;
  private readonly stream: Stream;
  private readonly committer: Committer;
  private readonly stage: number;
  private timer: EventHandle = NO_EVENT;
  /** Which life of the server it is: what an earlier one has asked the disk for is of no interest any more. */
  private life = 0;

  constructor(world: World, path: string, fsync: Distribution, committer: Committer, stage: number) {
    super(world.sim, path);
    this.fsync = fsync;
    this.stream = world.sim.streams.stream(path, "fsync");
    this.committer = committer;
    this.stage = stage;
  }

  commit(request: RequestId): void {
    this.collecting.join(request);
    if (this.syncing.length === 0) this.sync();
  }

  /** The server has ended, with commits under way or not. */
  clear(): void {
    this.life++;
    this.cancel(this.timer);
    for (const line of [this.collecting, this.syncing]) while (line.length > 0) line.leave();
  }

  override on(_kind: typeof SYNCED): void {
    this.synced();
  }

  override resume(sync: RequestId, _outcome: Outcome, life: number): void {
    this.sim.requests.close(sync);
    if (life === this.life) this.synced();
  }

  private synced(): void {
    const group = this.syncing.length;
    const done: RequestId[] = [];
    for (let member = 0; member < group; member++) done.push(this.syncing.leave());
    if (this.collecting.length > 0) this.sync();
    for (const request of done) this.committer.committed(request, this.stage);
  }

  private sync(): void {
    while (this.collecting.length > 0) this.syncing.join(this.collecting.leave());
    if (this.disk === undefined) this.timer = this.after(this.drawSyncs(), SYNCED);
    else this.syncTo(this.disk);
  }

  /** Syncs that follow each other, where a commit stands for several in a row. */
  private drawSyncs(): Micros {
    let time = 0;
    for (let sync = 0; sync < this.longest; sync++) time += Math.round(this.fsync.draw(this.stream));
    return time;
  }

  /** How many commits in a row the longest series in the group stands for. */
  private get longest(): number {
    let longest = 1;
    for (let member = 0; member < this.syncing.length; member++) {
      longest = Math.max(longest, this.sim.requests.rounds[this.syncing.at(member)]!);
    }
    return longest;
  }

  private syncTo(disk: Disk): void {
    const { requests } = this.sim;
    const sync = requests.open(this.now, SYNC);
    requests.origin[sync] = requests.origin[this.syncing.at(0)]!;
    requests.rounds[sync] = this.longest;
    this.call(disk, sync, this.life);
  }
}
