import { assert } from "../assert.ts";
import type { Component } from "../component.ts";
import type { Micros } from "../time.ts";
import { Cohort } from "./cohort.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram, ROW_BUCKETS } from "./histogram.ts";
import { GrowthSeries, LevelSeries } from "./series.ts";

type MetricType = "counter" | "gauge" | "histogram" | "cohort";

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
  readonly counterSeries: GrowthSeries[] = [];
  readonly gaugeSeries: LevelSeries[] = [];
  /** By counter. Like all columns here it may have room for more than there are. */
  counts = new Float64Array(0);
  gaugeColumns = columns(0);
  private countsAtBin = new Float64Array(0);
  private areaAtBin = new Float64Array(0);
  /** Bins that the series have room for. */
  private room = 0;
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
    const series = new GrowthSeries(this);
    series.makeRoom(this.room);
    this.counterSeries.push(series);
    if (index === this.counts.length) this.addCounters();
    return new Counter(this, index);
  }

  gauge(owner: Component | string, name: string, unit: string): Gauge {
    const index = this.gauges.push({ type: "gauge", path: pathOf(owner), name, unit }) - 1;
    const series = new LevelSeries(this);
    series.makeRoom(this.room);
    this.gaugeSeries.push(series);
    if (index === this.areaAtBin.length) this.addGauges();
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
    if (this.bins === this.room) this.makeRoom();
    for (let index = 0; index < this.gauges.length; index++) this.closeGauge(index);
    for (let index = 0; index < this.counters.length; index++) this.closeCounter(index);
    for (let index = 0; index < this.histograms.length; index++) this.closeRow(index);
    this.bins++;
  }

  /** Nothing is to be written where a level was 0 all the time, as most are most of the time: 0 stands there. */
  private closeGauge(index: number): void {
    const { bins } = this;
    const { value, low, high } = this.gaugeColumns;
    if (low[index] === 0 && high[index] === 0) return;
    const { mean, min, max, last } = this.gaugeSeries[index]!;
    const area = this.areaOf(index);
    mean[bins] = (area - this.areaAtBin[index]!) / this.binWidth;
    min[bins] = low[index]!;
    max[bins] = high[index]!;
    last[bins] = value[index]!;
    this.areaAtBin[index] = area;
    low[index] = value[index]!;
    high[index] = value[index]!;
  }

  private closeCounter(index: number): void {
    const { counts, countsAtBin } = this;
    const growth = counts[index]! - countsAtBin[index]!;
    if (growth === 0) return;
    this.counterSeries[index]!.mean[this.bins] = growth;
    countsAtBin[index] = counts[index]!;
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

  private makeRoom(): void {
    this.room = Math.max(256, 2 * this.room);
    for (const series of this.gaugeSeries) series.makeRoom(this.room);
    for (const series of this.counterSeries) series.makeRoom(this.room);
  }

  private addCounters(): void {
    const length = Math.max(64, 2 * this.counts.length);
    this.counts = longer(this.counts, length);
    this.countsAtBin = longer(this.countsAtBin, length);
  }

  private addGauges(): void {
    const before = this.gaugeColumns;
    const length = Math.max(64, 2 * this.areaAtBin.length);
    this.gaugeColumns = columns(length);
    for (const name of GAUGE_COLUMNS) this.gaugeColumns[name].set(before[name]);
    this.areaAtBin = longer(this.areaAtBin, length);
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
