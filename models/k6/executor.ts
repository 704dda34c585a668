import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import { type Figures, type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ClassOptions } from "../load/class-options.ts";
import type { Load } from "../load/load.ts";
import { TestMetrics } from "./test-metrics.ts";
import type { ThresholdOptions } from "./threshold-options.ts";
import { type Crossing, Thresholds } from "./thresholds.ts";
import { VirtualUsers, type VuId } from "./virtual-users.ts";

const AWAKE = 0;
const OVER = 1;
const CUT_OFF = 2;
const JUDGE = 3;
const STAGE = 4;
/** Kinds of events from here on belong to the executors. */
export const OWN_EVENTS = 5;

/** The least that an iteration takes, so that VUs who are refused in no time at all do not stop the clock. */
const SHORTEST_ITERATION: Micros = 100;
const THRESHOLDS_RATE: Micros = 2 * SECOND;

/** What the script does, and what is expected of the run. */
export interface Script {
  readonly classes: readonly ClassOptions[];
  readonly sleep: Distribution;
  /** Whether an iteration whose request fails sleeps as well. */
  readonly sleepAfter: "always" | "success";
  readonly thresholds: Readonly<Record<string, readonly ThresholdOptions[]>>;
}

/** The level that stages change, from one straight line to the next. */
export interface Stage {
  readonly duration: Micros;
  readonly target: number;
}

/**
 * One test run of k6: VUs that run iterations, each a request and a sleep, for as long as its kind of executor says.
 *
 * After the regular duration no iteration starts; those under way have `gracefulStop` to end, and are cut off then. The
 * run lasts until the last of them is over, and rates are per second of that (lib/executor, metrics/sink.go). A
 * threshold with abortOnFail cuts everything off at once. The rest of the world goes on without load.
 */
export abstract class Executor extends Component {
  abstract readonly beginning: string;
  abstract readonly changing: string;
  readonly metrics: TestMetrics;
  /** How long the test run lasted, its last iterations included; undefined while it goes on. */
  duration: Micros | undefined;
  protected readonly load: Load;
  protected readonly vus = new VirtualUsers();
  protected readonly script: Script;
  private readonly gracefulStop: Micros;
  private readonly chance: Stream;
  private readonly thresholds: Thresholds;
  private readonly judgeLane: number;
  private startedAt: Micros = 0;
  /** Whether iterations may start. */
  protected isOpen = false;
  private isStopped = false;
  private end: EventHandle = NO_EVENT;

  constructor(sim: Simulation, load: Load, script: Script, gracefulStop: Micros) {
    super(sim, `${load.path}/executor`);
    this.load = load;
    this.script = script;
    this.gracefulStop = gracefulStop;
    this.chance = sim.streams.stream(load.path, "sleep");
    this.metrics = new TestMetrics(load, load.metrics, sim.record);
    this.thresholds = new Thresholds(script.thresholds, this.metrics);
    this.judgeLane = sim.lane(THRESHOLDS_RATE);
  }

  abstract get figures(): Figures;

  start(): void {
    this.startedAt = this.now;
    this.isOpen = true;
    this.begin();
    this.end = this.after(this.regularDuration, OVER);
    if (!this.thresholds.isEmpty) this.afterLane(this.judgeLane, JUDGE);
  }

  /** The request of a VU's iteration is through, for good or ill, after so long. */
  answered(vu: VuId, good: boolean, took: Micros): void {
    if (good) this.metrics.checks.add();
    const { sleep, sleepAfter } = this.script;
    const sleeps = good || sleepAfter === "always";
    const pause = sleeps ? Math.max(0, Math.round(sleep.draw(this.chance))) : 0;
    this.vus.sleep(vu, this.after(Math.max(pause, SHORTEST_ITERATION - took), AWAKE, vu));
  }

  /** The test run ends here and now: what is under way is cut off. */
  stop(): void {
    if (this.duration !== undefined) return;
    this.isOpen = false;
    this.isStopped = true;
    this.cutOff();
  }

  override on(kind: number, subject: number): void {
    if (kind === AWAKE) this.finish(subject);
    else if (this.duration !== undefined) return;
    else if (kind === OVER) this.close();
    else if (kind === CUT_OFF) this.cutOff();
    else if (kind === JUDGE) this.judge();
    else if (kind === STAGE && this.isOpen) this.changeStage(subject);
  }

  /** How long iterations may start. */
  protected abstract get regularDuration(): Micros;
  /** The level that each stage begins at, and the stages; none where nothing changes. */
  protected abstract readonly stages: { readonly from: number; readonly list: readonly Stage[] };
  /** Starts what there is to start: by events, as not everybody is there yet. */
  protected abstract begin(): void;
  /** A VU has ended an iteration, or was cut off in one: it is free. */
  protected abstract free(vu: VuId): void;
  /** Iterations that never started although they should have, known at the end. */
  protected get leftOver(): number {
    return 0;
  }

  /** Announces every stage that changes the level, at its time. */
  protected planStages(): void {
    let at = 0;
    for (const [n, { duration }] of this.stages.list.entries()) {
      this.after(at, STAGE, n);
      at += duration;
    }
  }

  protected iterate(vu: VuId): void {
    const person = this.load.enter(vu);
    this.vus.begin(vu, person);
    this.load.attempt(person);
  }

  protected interrupt(vu: VuId): void {
    const timer = this.vus.timerOf(vu);
    const isAsleep = timer !== NO_EVENT;
    if (isAsleep) this.cancel(timer);
    this.load.interrupt(this.vus.end(vu), isAsleep);
    this.metrics.interrupted.add();
    this.free(vu);
  }

  /** No iteration starts any more; those under way may end. */
  protected close(): void {
    this.isOpen = false;
    this.cancel(this.end);
    if (this.vus.busy === 0) this.conclude();
    else this.end = this.after(this.gracefulStop, CUT_OFF);
  }

  protected endIfQuiet(): void {
    if (!this.isOpen && this.vus.busy === 0 && this.duration === undefined) this.conclude();
  }

  /** How long the test run has gone on. */
  protected get elapsed(): Micros {
    return this.now - this.startedAt;
  }

  private finish(vu: VuId): void {
    this.load.leave(this.vus.end(vu));
    this.free(vu);
    this.endIfQuiet();
  }

  private cutOff(): void {
    for (const vu of this.vus.all()) this.interrupt(vu);
    this.conclude();
  }

  private changeStage(n: number): void {
    const { from: start, list } = this.stages;
    const from = n === 0 ? start : list[n - 1]!.target;
    const { target, duration } = list[n]!;
    if (from !== target) this.load.change(from, target, duration);
  }

  private judge(): void {
    const crossed = this.thresholds.crossed(this.elapsed, false);
    const aborting = crossed.find(({ aborts }) => aborts);
    if (aborting === undefined) this.afterLane(this.judgeLane, JUDGE);
    else this.abort(aborting);
  }

  private abort({ text, value }: Crossing): void {
    const seconds = this.elapsed / SECOND;
    this.metrics.aborted.set(1);
    this.sim.journal.action(
      this.load.id,
      "test-run-aborted",
      [this.trouble, this.load.origin],
      { seconds, value },
      text,
    );
    this.stop();
  }

  /** What stands in the way of iterations and requests at the moment, or NONE. */
  protected get trouble(): JournalId {
    return this.waiting().because;
  }

  /** How many VUs wait for an answer, and what holds most of these up. */
  protected waiting(): { count: number; because: JournalId } {
    const requests = this.vus.all().map((vu) => this.load.requestOf(this.vus.personOf(vu)));
    const open = requests.filter((request) => request >= 0);
    return { count: open.length, because: mostFrequent(open.map((request) => this.sim.requests.because[request]!)) };
  }

  private conclude(): void {
    const { iterations, finished } = this.load.metrics;
    const { dropped, interrupted, vus, vusMax } = this.metrics;
    this.cancel(this.end);
    this.duration = this.elapsed;
    const seconds = this.duration / SECOND;
    if (!this.isStopped) dropped.add(this.leftOver);
    this.metrics.duration.set(seconds);
    this.load.hangUp();
    this.reportCrossed();
    vus.set(0);
    vusMax.set(0);
    this.sim.journal.event(this.load.id, "test-run-ends", [this.load.origin], {
      seconds,
      iterations: iterations.count,
      dropped: dropped.count,
      interrupted: interrupted.count,
      rate: seconds > 0 ? finished.count / seconds : 0,
    });
  }

  /** One that has ended the run has been told of. */
  private reportCrossed(): void {
    for (const { text, value, aborts } of this.thresholds.crossed(this.duration ?? 0, true)) {
      if (aborts && this.metrics.aborted.value === 1) continue;
      this.sim.journal.event(this.load.id, "threshold-crossed", [this.trouble], { value }, text);
    }
  }
}

function mostFrequent(entries: readonly JournalId[]): JournalId {
  const counts = new Map<JournalId, number>();
  for (const entry of entries) if (entry !== NONE) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  const [most] = [...counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a - b);
  return most?.[0] ?? NONE;
}
