import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Metric } from "../../sim/record/recorder.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import type { Deployment } from "./deployment.ts";
import { type Pod, RUNNING } from "./pod.ts";

const SCRAPE = 0;
const NEVER = -1;
const NOT_EXPORTED = -1;

/** The latest reading of a pod. */
export interface Sample {
  readonly value: number;
  /** When it was taken, and the time that it is an average over. */
  readonly at: Micros;
  readonly window: Micros;
}

/**
 * The metrics pipeline between the pods of a deployment and an autoscaler: it reads what each pod exports every so
 * often, and until the next time that is what is known.
 *
 * Processor time is a counter, so a reading is the average since the one before it, and a new pod needs two; any other
 * metric is the level at that moment. Source: metrics-server, --metric-resolution; kubernetes prometheus-adapter.
 */
export class PodMetrics extends Component {
  private readonly resolution: Micros;
  private readonly name: string;
  private readonly isCounter: boolean;
  private readonly phase: Stream;
  private readonly lane: number;
  private deployment!: Deployment;
  /** By slot: where its metric stands in the record. */
  private indices = new Int32Array(0);
  /** By slot: what the counter stood at, when and for which pod it was read, and what it came to. */
  private counted = new Float64Array(0);
  private readAt = new Float64Array(0);
  private creation = new Int32Array(0);
  private value = new Float64Array(0);
  private sampledAt = new Float64Array(0);
  private window = new Float64Array(0);

  /** @param metric "cpu" for processor time, or a level that the pods have. */
  constructor(sim: Simulation, path: string, metric: string, resolution: Micros) {
    super(sim, path);
    this.name = metric;
    this.isCounter = metric === "cpu";
    this.resolution = resolution;
    this.phase = sim.streams.stream(path, "phase");
    this.lane = sim.lane(resolution);
  }

  /** Finds what the pods export. */
  connect(deployment: Deployment): void {
    const { record } = this.sim;
    const metrics: readonly Metric[] = this.isCounter ? record.counters : record.gauges;
    const slots = deployment.pods.length;
    this.deployment = deployment;
    this.indices = Int32Array.from(deployment.pods, ({ container }) =>
      metrics.findIndex(({ path, name }) => path === container.path && name === this.name),
    );
    for (const column of ["counted", "value", "window"] as const) this[column] = new Float64Array(slots);
    for (const column of ["readAt", "sampledAt"] as const) this[column] = new Float64Array(slots).fill(NEVER);
    this.creation = new Int32Array(slots).fill(NEVER);
  }

  start(): void {
    this.after(Math.floor(this.phase.next() * this.resolution), SCRAPE);
  }

  override on(_scrape: typeof SCRAPE): void {
    this.afterLane(this.lane, SCRAPE);
    for (const pod of this.deployment.pods) if (pod.state === RUNNING) this.read(pod);
  }

  /** What is known of a pod; undefined if nothing is. */
  of({ slot, creation }: Pod): Sample | undefined {
    if (this.creation[slot] !== creation || this.sampledAt[slot] === NEVER) return undefined;
    return { value: this.value[slot]!, at: this.sampledAt[slot]!, window: this.window[slot]! };
  }

  private read({ slot, creation }: Pod): void {
    const index = this.indices[slot]!;
    if (index === NOT_EXPORTED) return;
    if (this.isCounter) this.readCounter(slot, creation, this.sim.record.counts[index]!);
    else this.keep(slot, creation, this.sim.record.gaugeColumns.value[index]!, this.resolution);
  }

  private readCounter(slot: number, creation: number, count: number): void {
    const isKnown = this.creation[slot] === creation;
    const window = this.now - this.readAt[slot]!;
    if (isKnown && window > 0) this.keep(slot, creation, (count - this.counted[slot]!) / window, window);
    else if (!isKnown) this.sampledAt[slot] = NEVER;
    this.creation[slot] = creation;
    this.counted[slot] = count;
    this.readAt[slot] = this.now;
  }

  private keep(slot: number, creation: number, value: number, window: Micros): void {
    this.creation[slot] = creation;
    this.value[slot] = value;
    this.sampledAt[slot] = this.now;
    this.window[slot] = window;
  }
}
