import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros } from "../../sim/time.ts";
import { type Discipline, openRoom } from "../queue/discipline.ts";
import type { WaitingRoom } from "../queue/waiting-room.ts";
import { PacedTimers } from "./paced-timers.ts";
import type { JobOwner, Processor } from "./processor.ts";

const COMPUTED = 0;
/** A wait that people notice. */
const LONG: Micros = 500 * MILLISECOND;

/** Whoever runs jobs on cores of its own, for which they may have to wait. */
export interface WaitingOwner extends JobOwner {
  /** A job has been turned away while it waited for a core. */
  droppedByCores(job: number): void;
  /** A job begins to wait for a core, and will for long: those before it need more time than people like to wait. */
  waitsLong(job: number): void;
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
  /** What those who wait will need, all together. */
  private queued: Micros = 0;
  /** The ends of the runs. */
  private readonly runs: PacedTimers;

  constructor(sim: Simulation, path: string, cores: number, discipline: Discipline, owner: WaitingOwner) {
    super(sim, path);
    this.owner = owner;
    this.cores = cores;
    this.room = openRoom(discipline, Number.POSITIVE_INFINITY, sim.streams, path);
    this.runs = new PacedTimers(sim, this, COMPUTED);
  }

  run(job: number, work: Micros, priority: number, _origin: JournalId): void {
    if (job >= this.work.length) this.grow(job);
    this.work[job] = work;
    if (this.computing < this.cores) return this.begin(job);
    if (this.queued > LONG * this.cores) this.owner.waitsLong(job);
    this.queued += work;
    this.room.join(job, this.now, priority);
  }

  setSpeed(speed: number): void {
    this.runs.setPace(speed);
  }

  withdraw(job: number): void {
    if (this.room.remove(job)) {
      this.queued -= this.work[job]!;
      return;
    }
    if (!this.runs.isSet(job)) return;
    this.runs.cancel(job);
    this.computing--;
    this.beginNext();
  }

  override on(_kind: typeof COMPUTED, job: number): void {
    this.runs.end(job);
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
    this.runs.start(job, this.work[job]!);
  }

  private beginNext(): void {
    const next = this.room.leave(this.now);
    if (next >= 0) {
      this.queued -= this.work[next]!;
      this.begin(next);
    }
    while (this.room.dropped.length > 0) {
      const gone = this.room.dropped.pop()!;
      this.queued -= this.work[gone]!;
      this.owner.droppedByCores(gone);
    }
  }

  private grow(job: number): void {
    const room = Math.max(2 * this.work.length, job + 1);
    const work = new Float64Array(room);
    work.set(this.work);
    this.work = work;
  }
}
