import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import { type Discipline, openRoom } from "../queue/discipline.ts";
import type { WaitingRoom } from "../queue/waiting-room.ts";
import type { JobOwner, Processor } from "./processor.ts";

const COMPUTED = 0;

/** Whoever runs jobs on cores of its own, for which they may have to wait. */
export interface WaitingOwner extends JobOwner {
  /** A job has been turned away while it waited for a core. */
  droppedByCores(job: number): void;
}

/** Cores that each run one job at a time to its end; the others wait for their turn. */
export class QueuedCores extends Component implements Processor {
  readonly trouble = NONE;
  private readonly owner: WaitingOwner;
  private readonly cores: number;
  private readonly room: WaitingRoom;
  private computing = 0;
  /** By job: how long it will run. */
  private work = new Float64Array(16);
  /** By job: the end of its run, while it runs. */
  private end = new Int32Array(16).fill(NO_EVENT);

  constructor(sim: Simulation, path: string, cores: number, discipline: Discipline, owner: WaitingOwner) {
    super(sim, path);
    this.owner = owner;
    this.cores = cores;
    this.room = openRoom(discipline, Number.POSITIVE_INFINITY, sim.streams, path);
  }

  run(job: number, work: Micros, priority: number, _origin: JournalId): void {
    if (job >= this.work.length) this.grow(job);
    this.work[job] = work;
    if (this.computing < this.cores) this.begin(job);
    else this.room.join(job, this.now, priority);
  }

  withdraw(job: number): void {
    if (this.room.remove(job) || this.end[job] === NO_EVENT) return;
    this.cancel(this.end[job]!);
    this.end[job] = NO_EVENT;
    this.computing--;
    this.beginNext();
  }

  override on(_kind: typeof COMPUTED, job: number): void {
    this.end[job] = NO_EVENT;
    this.computing--;
    if (this.room.length > 0) this.beginNext();
    this.owner.computed(job);
  }

  override check(): void {
    assert(this.computing <= this.cores, () => `${this.path}: ${this.computing} of ${this.cores} cores busy`);
    assert(this.computing === this.cores || this.room.length === 0, () => `${this.path}: jobs wait for a free core`);
  }

  private begin(job: number): void {
    this.computing++;
    this.end[job] = this.after(this.work[job]!, COMPUTED, job);
  }

  private beginNext(): void {
    const next = this.room.leave(this.now);
    if (next >= 0) this.begin(next);
    while (this.room.dropped.length > 0) this.owner.droppedByCores(this.room.dropped.pop()!);
  }

  private grow(job: number): void {
    const room = Math.max(2 * this.work.length, job + 1);
    const work = new Float64Array(room);
    const end = new Int32Array(room).fill(NO_EVENT);
    work.set(this.work);
    end.set(this.end);
    this.work = work;
    this.end = end;
  }
}
