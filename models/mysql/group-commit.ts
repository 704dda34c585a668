import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { RequestId } from "../../sim/requests.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
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
 */
export class GroupCommit extends Component {
  private readonly collecting = new WaitingLine();
  private readonly syncing = new WaitingLine();
  private readonly fsync: Distribution;
  private readonly stream: Stream;
  private readonly committer: Committer;
  private readonly stage: number;

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

  override on(_kind: typeof SYNCED): void {
    const group = this.syncing.length;
    const done: RequestId[] = [];
    for (let member = 0; member < group; member++) done.push(this.syncing.leave());
    if (this.collecting.length > 0) this.sync();
    for (const request of done) this.committer.committed(request, this.stage);
  }

  private sync(): void {
    while (this.collecting.length > 0) this.syncing.join(this.collecting.leave());
    this.after(Math.round(this.fsync.draw(this.stream)), SYNCED);
  }
}
