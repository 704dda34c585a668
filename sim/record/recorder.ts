import { assert } from "../assert.ts";
import type { Component } from "../component.ts";
import type { Micros } from "../time.ts";
import { Cohort } from "./cohort.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram, ROW_BUCKETS } from "./histogram.ts";
import { Series } from "./series.ts";

export type MetricType = "counter" | "gauge" | "histogram" | "cohort";

/** What a metric measures and how it is shown. */
export interface Metric {
  readonly type: MetricType;
  readonly path: string;
  readonly name: string;
  /** The unit in words that a person reads: "connections", "requests", "bytes", "ms". */
  readonly unit: string;
}

interface Clock {
  readonly now: Micros;
}

/**
 * Keeps the numbers of a run: totals always, and series on a grid of bins where a bin width is given.
 * Recording bins changes nothing of the run and nothing of the totals.
 */
export class Recorder {
  readonly binWidth: Micros;
  /** End of the warm-up: histograms leave out what was before; all else can be read by its time. */
  readonly durationsFrom: Micros;
  /** When a bin or the warm-up ends next; Infinity if never. */
  nextBoundary: Micros;
  bins = 0;
  readonly counters: Metric[] = [];
  readonly gauges: Metric[] = [];
  readonly histograms: Metric[] = [];
  readonly histogramData: Histogram[] = [];
  readonly cohorts: Metric[] = [];
  readonly cohortData: Cohort[] = [];
  /** One row of coarse latency buckets for each histogram and bin. */
  readonly rows: Uint32Array[] = [];
  readonly counterSeries: Series[] = [];
  readonly gaugeSeries: Series[] = [];
  counts = new Float64Array(0);
  gaugeColumns = columns(0);
  private countsAtBin = new Float64Array(0);
  private areaAtBin = new Float64Array(0);
  private readonly clock: Clock;

  constructor(clock: Clock, binWidth: Micros, durationsFrom: Micros = 0) {
    this.clock = clock;
    this.binWidth = binWidth;
    this.durationsFrom = durationsFrom;
    this.nextBoundary = this.boundary();
  }

  get now(): Micros {
    return this.clock.now;
  }

  counter(owner: Component | string, name: string, unit: string): Counter {
    const index = this.counters.push({ type: "counter", path: pathOf(owner), name, unit }) - 1;
    this.counterSeries.push(new Series());
    this.counts = longer(this.counts, index + 1);
    this.countsAtBin = longer(this.countsAtBin, index + 1);
    return new Counter(this, index);
  }

  gauge(owner: Component | string, name: string, unit: string): Gauge {
    const index = this.gauges.push({ type: "gauge", path: pathOf(owner), name, unit }) - 1;
    this.gaugeSeries.push(new Series());
    const before = this.gaugeColumns;
    this.gaugeColumns = columns(index + 1);
    for (const name of GAUGE_COLUMNS) this.gaugeColumns[name].set(before[name]);
    this.areaAtBin = longer(this.areaAtBin, index + 1);
    return new Gauge(this, index);
  }

  histogram(owner: Component | string, name: string, unit: string): Histogram {
    const histogram = new Histogram();
    this.histograms.push({ type: "histogram", path: pathOf(owner), name, unit });
    this.histogramData.push(histogram);
    this.rows.push(new Uint32Array(0));
    return histogram;
  }

  /** The integral of a gauge since the start, up to now, in units times microseconds. */
  areaOf(index: number): number {
    const { area, value, since } = this.gaugeColumns;
    return area[index]! + value[index]! * (this.now - since[index]!);
  }

  cohort(owner: Component | string, name: string, unit: string): Cohort {
    const cohort = new Cohort();
    this.cohorts.push({ type: "cohort", path: pathOf(owner), name, unit });
    this.cohortData.push(cohort);
    return cohort;
  }

  /** Ends the bin, the warm-up, or both. */
  passBoundary(): void {
    if (this.now === this.binEnd()) this.closeBin();
    if (this.now === this.durationsFrom) for (const histogram of this.histogramData) histogram.clear();
    this.nextBoundary = this.boundary();
  }

  /** No number that is kept may be NaN, and no count of things may be negative. */
  check(): void {
    const { value } = this.gaugeColumns;
    for (const [index, metric] of this.gauges.entries()) {
      assert(value[index]! >= 0, () => `${metric.path}: ${metric.name} is ${value[index]}`);
    }
    for (const [index, metric] of this.counters.entries()) {
      assert(this.counts[index]! >= 0, () => `${metric.path}: ${metric.name} is ${this.counts[index]}`);
    }
  }

  private boundary(): Micros {
    return this.now < this.durationsFrom ? Math.min(this.durationsFrom, this.binEnd()) : this.binEnd();
  }

  private binEnd(): Micros {
    return this.binWidth > 0 ? (this.bins + 1) * this.binWidth : Number.POSITIVE_INFINITY;
  }

  private closeBin(): void {
    for (let index = 0; index < this.gauges.length; index++) this.closeGauge(index);
    for (let index = 0; index < this.counters.length; index++) this.closeCounter(index);
    for (let index = 0; index < this.histograms.length; index++) this.closeRow(index);
    this.bins++;
  }

  private closeGauge(index: number): void {
    const { value, low, high } = this.gaugeColumns;
    const area = this.areaOf(index);
    const mean = (area - this.areaAtBin[index]!) / this.binWidth;
    this.gaugeSeries[index]!.push(mean, low[index]!, high[index]!, value[index]!);
    this.areaAtBin[index] = area;
    low[index] = value[index]!;
    high[index] = value[index]!;
  }

  private closeCounter(index: number): void {
    const amount = this.counts[index]! - this.countsAtBin[index]!;
    this.counterSeries[index]!.push(amount, amount, amount, amount);
    this.countsAtBin[index] = this.counts[index]!;
  }

  private closeRow(index: number): void {
    const { row } = this.histogramData[index]!;
    const at = this.bins * ROW_BUCKETS;
    if (this.rows[index]!.length < at + ROW_BUCKETS) {
      const room = new Uint32Array(Math.max(64, this.bins * 2) * ROW_BUCKETS);
      room.set(this.rows[index]!);
      this.rows[index] = room;
    }
    this.rows[index]!.set(row, at);
    row.fill(0);
  }
}

const GAUGE_COLUMNS = ["value", "since", "area", "low", "high"] as const;

function columns(length: number): Record<(typeof GAUGE_COLUMNS)[number], Float64Array> {
  return {
    value: new Float64Array(length),
    since: new Float64Array(length),
    area: new Float64Array(length),
    low: new Float64Array(length),
    high: new Float64Array(length),
  };
}

function longer(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length);
  longer.set(column);
  return longer;
}

function pathOf(owner: Component | string): string {
  return typeof owner === "string" ? owner : owner.path;
}
