import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { levelFor } from "../../scenarios/recording/bins.ts";
import { RecordingError, seal } from "../../scenarios/recording/container.ts";
import { entriesOf } from "../../scenarios/recording/events.ts";
import { frameAt } from "../../scenarios/recording/frames.ts";
import { rowAt } from "../../scenarios/recording/latency.ts";
import { type Recording, recordingOf } from "../../scenarios/recording/recording.ts";
import { encode } from "../../scenarios/recording/recording-bytes.ts";
import { decode } from "../../scenarios/recording/recording-file.ts";
import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { OK, REJECTED } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND } from "../../sim/time.ts";
import { RESULT } from "./recorded-result.ts";

const BIN = 100 * MILLISECOND;

/** A weather station: it reads values from a table, one row per bin, in the middle of the bin. */
class Station extends Component {
  private readonly gauges: readonly Gauge[];
  private readonly drops: Counter;
  private readonly readings: readonly (readonly number[])[];

  constructor(sim: Simulation, readings: readonly (readonly number[])[]) {
    super(sim, "station");
    this.gauges = readings[0]!.map((_, index) => sim.record.gauge(this, `gauge ${index}`, "degrees"));
    this.drops = sim.record.counter(this, "rain", "drops");
    this.readings = Object.freeze(readings);
    for (const bin of readings.keys()) this.after((bin + 0.5) * BIN, 0, bin);
  }

  override on(_kind: number, bin: number): void {
    for (const [index, gauge] of this.gauges.entries()) gauge.set(this.readings[bin]![index]!);
    this.drops.add(bin);
  }
}

function weather(readings: readonly (readonly number[])[]) {
  const sim = new Simulation({ seed: "weather", binWidth: BIN });
  new Station(sim, readings);
  sim.runUntil(readings.length * BIN);
  return { sim, recording: recorded(sim) };
}

/** A machine that is busy at random, a few times in a bin, and writes down when it is full and whom it turns away. */
class Machine extends Component {
  private readonly gauges: Gauge[];
  private readonly counters: Counter[];
  private readonly latency: Histogram | undefined;
  private readonly stream: Stream;
  private full: JournalId = NONE;

  constructor(sim: Simulation, number: number) {
    super(sim, `machine-${number}`);
    const { record } = sim;
    this.gauges = ["in use", "waiting", "idle", "sessions", "memory", "load"].map((name) =>
      record.gauge(this, name, "things"),
    );
    this.counters = ["served", "turned away", "bytes", "retries"].map((name) => record.counter(this, name, "things"));
    this.latency = number % 5 === 0 ? record.histogram(this, "latency", "ms") : undefined;
    this.stream = sim.streams.stream(this.path, "work");
    this.after(this.stream.integer(BIN), 0);
  }

  override on(): void {
    const { stream } = this;
    this.after(1 + stream.integer(BIN), 0);
    const gauge = this.gauges[stream.integer(6)]!;
    gauge.set(Math.max(0, gauge.value + stream.integer(9) - 4 + (gauge === this.gauges[5] ? stream.next() : 0)));
    this.counters[stream.integer(4)]!.add(1 + stream.integer(3));
    this.latency?.observe(1000 + stream.integer(100 * MILLISECOND));
    if (stream.next() < 0.02) this.turn();
    this.serve();
  }

  private turn(): void {
    const { journal } = this.sim;
    if (this.full === NONE) {
      const rush = journal.action(this.id, "rush", [], {}, this.id < 3 ? "a feast is near" : "");
      this.full = journal.begin(this.id, "full", [rush], { waiting: this.gauges[1]!.value, limit: 12.5 });
    } else {
      journal.end(this.full);
      this.full = NONE;
    }
  }

  private serve(): void {
    const { requests, traces } = this.sim;
    const request = requests.open(this.now, 1);
    requests.kind[request] = 0;
    requests.zone[request] = this.id % 2;
    requests.because[request] = this.full;
    traces.begin(request, requests.opened);
    this.call({ receive: (it) => this.reply(it, this.full === NONE ? OK : REJECTED) }, request);
  }

  override resume(request: number, outcome: number): void {
    this.sim.traces.end(request, outcome);
    this.sim.requests.close(request);
  }
}

function factory(machines: number, bins: number, people = 2000) {
  const sim = new Simulation({ seed: "factory", binWidth: BIN, traces: { people } });
  for (let number = 0; number < machines; number++) new Machine(sim, number);
  sim.runUntil(bins * BIN);
  return { sim, recording: recorded(sim) };
}

function recorded(simulation: Simulation): Recording {
  return recordingOf({
    simulation,
    name: "Fabrik “Süd” 공장",
    variant: "as it was",
    seed: "factory",
    replication: 0,
    engine: "0.1.0",
    components: new Map([["machine-1", { kind: "machine", parent: "hall", zone: "south" }]]),
    classes: ["order"],
    zones: ["south", "north"],
    links: [{ from: "machine-1", to: "machine-0" }],
    result: RESULT,
  });
}

/** Reads everything that there is to read. */
function readAll(recording: Recording): void {
  const { bins, binWidth, gauges, counters, histograms } = recording.header;
  for (const time of [0, 1, bins / 2, bins, bins + 1].map((bin) => bin * binWidth)) frameAt(recording, time);
  for (const [type, metrics] of [["gauge", gauges] as const, ["counter", counters] as const]) {
    for (const index of metrics.keys()) levelFor(recording, { type, index }, 5);
  }
  for (const histogram of histograms.keys()) rowAt(recording, histogram, bins - 1);
  entriesOf(recording);
}

test("what is read back from a file is what was written", () => {
  const { recording } = factory(6, 130);
  expect(decode(encode(recording))).toEqual(recording);
  expect(encode(decode(encode(recording)))).toEqual(encode(recording));
});

test("a file may stand anywhere in a larger buffer", () => {
  const { recording } = factory(2, 10);
  const bytes = encode(recording);
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  expect(decode(larger.subarray(3))).toEqual(recording);
});

test("components keep their numbers, and what is known of where they stand", () => {
  const { sim, recording } = factory(3, 10);
  expect(recording.header.components).toEqual([
    { path: "machine-0" },
    { path: "machine-1", kind: "machine", parent: "hall", zone: "south" },
    { path: "machine-2" },
  ]);
  expect(recording.header).toMatchObject({ name: "Fabrik “Süd” 공장", bins: 10, duration: sim.now, everyPerson: 1 });
});

test("a frame at any time shows every gauge as it stood at the end of the last bin, to half a step", () => {
  const reading = fc.oneof(fc.nat(50), fc.nat(70_000), fc.double({ min: 0, max: 1e9, noNaN: true }));
  const readings = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 150 }))
    .chain(([gauges, bins]) =>
      fc.array(fc.array(reading, { minLength: gauges, maxLength: gauges }), { minLength: bins, maxLength: bins }),
    );
  fc.assert(
    fc.property(readings, fc.array(fc.double({ min: 0, max: 160, noNaN: true })), (rows, moments) => {
      const recording = decode(encode(weather(rows).recording));
      const frame = new Float64Array(rows[0]!.length);
      for (const moment of moments) {
        const row = rows[Math.min(rows.length, Math.max(1, Math.floor(moment))) - 1]!;
        frameAt(recording, moment * BIN, frame);
        for (const [gauge, value] of row.entries()) {
          const { scale } = recording.header.gauges[gauge]!;
          expect(Math.abs(frame[gauge]! - Math.fround(value))).toBeLessThanOrEqual(scale * 0.5001);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a count is shown as the count that it was, never 40.5 connections for 40", () => {
  const rows = Array.from({ length: 200 }, (_, bin) => [bin % 41, 65_535 - Math.floor(bin / 50), 7]);
  const { recording } = weather(rows);
  for (const bin of [0, 63, 64, 65, 127, 199, 1, 150])
    expect([...frameAt(recording, (bin + 1) * BIN)]).toEqual(rows[bin]);
});

test("a spike of a single bin is the maximum of its point at every level", () => {
  for (const spike of [0, 1, 63, 498, 999]) {
    const { recording } = weather(Array.from({ length: 1000 }, (_, bin) => [bin === spike ? 150 : 3]));
    for (const { span, max } of recording.bins.gauges) expect(max[Math.floor(spike / span)]).toBe(150);
  }
});

test("a point of a coarse level sums up its bins", () => {
  const { sim, recording } = factory(2, 203);
  const series = sim.record.gaugeSeries[7]!;
  for (const perPixel of [1, 4, 16, 64, 256]) {
    const band = levelFor(recording, { type: "gauge", index: 7 }, perPixel);
    expect(band.span).toBe(perPixel);
    expect(band.mean).toHaveLength(Math.ceil(203 / perPixel));
    for (const [point, mean] of band.mean.entries()) {
      const [from, to] = [point * perPixel, Math.min(203, (point + 1) * perPixel)];
      const means = series.mean.subarray(from, to);
      expect(mean).toBeCloseTo(means.reduce((sum, one) => sum + one, 0) / means.length, 4);
      expect(band.min[point]).toBe(Math.min(...series.min.subarray(from, to)));
      expect(band.max[point]).toBe(Math.max(...series.max.subarray(from, to)));
    }
  }
});

test("a chart gets from one to four points per pixel, and single bins when it shows fewer bins than pixels", () => {
  const { recording } = factory(1, 900);
  const counter = { type: "counter", index: 2 } as const;
  const spans = [0.3, 1, 3.9, 4, 15, 16, 100, 5000].map((perPixel) => levelFor(recording, counter, perPixel).span);
  expect(spans).toEqual([1, 1, 1, 4, 4, 16, 64, 1024]);
});

test("the latencies of every bin are those that were observed in it", () => {
  const { sim, recording } = factory(6, 40);
  expect(recording.header.histograms).toHaveLength(2);
  for (const histogram of [0, 1]) {
    const rows = Array.from({ length: 40 }, (_, bin) => [...rowAt(recording, histogram, bin)]);
    expect(rows.flat()).toEqual([...sim.record.rows[histogram]!.subarray(0, 40 * 64)]);
    expect(rows.flat().reduce((sum, count) => sum + count, 0)).toBeGreaterThan(60);
  }
});

test("the journal comes back as the run had it, with causes, figures and what still held", () => {
  const { sim, recording } = factory(6, 130);
  const entries = entriesOf(decode(encode(recording)));
  expect(entries).toEqual(sim.journal.entries);
  expect(new Set(entries.map(({ remark }) => remark))).toEqual(new Set([undefined, "a feast is near"]));
  expect(entries.filter(({ until }) => until === undefined).length).toBeGreaterThan(0);
  expect(entries.filter(({ because }) => because.length > 0).length).toBeGreaterThan(5);
});

test("followed requests, the slowest and the failed are in the file, in order", () => {
  const { sim, recording } = factory(6, 130, 50);
  const { followed, failures, slowest, header } = decode(encode(recording));
  expect(header.everyPerson).toBeGreaterThan(1);
  expect(followed.person.length).toBeGreaterThan(20);
  expect([...followed.born]).toEqual([...followed.born].sort((one, other) => one - other));
  expect(followed.component).toHaveLength(followed.person.length);
  for (const [at, component] of followed.component.entries()) expect(component).toBe(followed.opener[at]);
  expect([...failures.born]).toEqual(sim.traces.failures.map(({ born }) => born));
  expect(slowest.duration).toHaveLength(200);
});

test("a run without a bin width has nothing to make a recording of", () => {
  expect(() => recorded(new Simulation({ seed: "a" }))).toThrow("no bin width");
});

test("a run that stopped before its first bin was over is an empty recording", () => {
  const { recording } = factory(2, 0);
  const back = decode(encode(recording));
  expect(back).toEqual(recording);
  readAll(back);
});

test("bytes that are something else are refused by what they are", () => {
  const bytes = encode(factory(1, 3).recording);
  const later = bytes.slice();
  later[12] = 2;
  const foreign: [Uint8Array, string][] = [
    [new Uint8Array(0), "not a Brownout recording"],
    [new TextEncoder().encode("name: scale-out\nload:\n  rate: 50\n"), "not a Brownout recording"],
    [gzipSync(bytes), "still compressed"],
    [bytes.subarray(0, 500), "damaged"],
    [bytes.subarray(0, 8), "cut off after 8 bytes"],
    [later, "layout 2"],
    [resealed(bytes, "brownout-recording/1", "brownout-recording/2"), "brownout-recording/2"],
    [resealed(bytes, '"bins":3', '"bins":4'), '"keys"|"F.starts"'],
    [resealed(bytes, '"bins":3', '"bins":x'), "not JSON"],
    [resealed(bytes, '"scale":1', '"scale":0'), "gauges.0.scale"],
  ];
  for (const [input, message] of foreign) expect(() => decode(input)).toThrow(new RegExp(message));
});

test("a file whose parts contradict each other is refused, and says which", () => {
  const { recording } = factory(6, 130, 50);
  const forged: [string, () => Partial<Recording>][] = [
    ["F.gauge", () => ({ frames: { ...recording.frames, gauge: changed(recording.frames.gauge, 5, 36) } })],
    ["F.starts", () => ({ frames: { ...recording.frames, starts: changed(recording.frames.starts, 9, 0) } })],
    ["keys", () => ({ frames: { ...recording.frames, keys: recording.frames.keys.slice(1) } })],
    ["L.bucket", () => ({ latency: { ...recording.latency, bucket: changed(recording.latency.bucket, 7, 64) } })],
    ["L.starts", () => ({ latency: { ...recording.latency, starts: recording.latency.starts.slice(1) } })],
    ["E.fact", () => ({ events: { ...recording.events, fact: changed(recording.events.fact, 3, 2) } })],
    ["E.remark", () => ({ events: { ...recording.events, remark: changed(recording.events.remark, 3, 1) } })],
    ["E.at", () => ({ events: { ...recording.events, at: changed(recording.events.at, 3, 1e9) } })],
    ["cause of entry 1", () => ({ events: { ...recording.events, cause: changed(recording.events.cause, 0, 1) } })],
    [
      "T.component",
      () => ({ followed: { ...recording.followed, component: changed(recording.followed.component, 2, 6) } }),
    ],
    [
      "T.because",
      () => ({ failures: { ...recording.failures, because: changed(recording.failures.because, 2, 9999) } }),
    ],
    ["T.zone", () => ({ slowest: { ...recording.slowest, zone: changed(recording.slowest.zone, 2, 2) } })],
  ];
  for (const [message, part] of forged) expect(() => decode(encode({ ...recording, ...part() }))).toThrow(message);
  const longer = new Uint8Array([...encode(recording), 0, 0, 0, 0, 0, 0, 0, 0]);
  seal(longer);
  expect(() => decode(longer)).toThrow("8 bytes belong to no column");
});

test("a file with any damage at all is refused", () => {
  const bytes = encode(factory(3, 70).recording);
  const at = fc.nat(bytes.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(at, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 5 }), (flips) => {
      const damaged = bytes.slice();
      for (const [place, by] of flips) damaged[place] = bytes[place]! ^ by;
      expect(() => decode(damaged)).toThrow(RecordingError);
    }),
  );
  fc.assert(
    fc.property(at, fc.uint8Array({ maxLength: 40 }), (place, more) => {
      expect(() => decode(bytes.subarray(0, place))).toThrow(RecordingError);
      if (more.length > 0) expect(() => decode(new Uint8Array([...bytes, ...more]))).toThrow(RecordingError);
    }),
  );
});

test("a file that was forged, with a checksum that fits, is refused or can be read without harm", () => {
  const bytes = encode(factory(3, 70, 30).recording);
  const tableEnd = 40 + 24 * new Uint32Array(bytes.buffer, 16, 1)[0]!;
  const place = fc.oneof(fc.integer({ min: 16, max: tableEnd }), fc.integer({ min: 16, max: bytes.length - 1 }));
  let refused = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const forged = bytes.slice();
      for (const [at, value] of changes) forged[at] = value;
      seal(forged);
      try {
        readAll(decode(forged));
      } catch (error) {
        expect(error).toBeInstanceOf(RecordingError);
        refused++;
      }
    }),
    { numRuns: 600 },
  );
  expect(refused).toBeGreaterThan(200);
});

test("arbitrary bytes behind a right beginning are refused", () => {
  const start = encode(factory(1, 1).recording).subarray(0, 16);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => {
      const bytes = new Uint8Array(Math.max(40, Math.ceil((16 + rest.length) / 8) * 8));
      bytes.set(start);
      bytes.set(rest, 16);
      seal(bytes);
      expect(() => decode(bytes)).toThrow(RecordingError);
    }),
  );
});

test("100 components over 900 bins take less than 10 MB, and 2.5 MB as a compressed file", () => {
  const bytes = encode(factory(100, 900).recording);
  expect(bytes.length).toBeLessThan(10_000_000);
  expect(gzipSync(bytes).length).toBeLessThan(2_500_000);
});

function changed<Column extends { slice(): Column; [at: number]: number }>(
  column: Column,
  at: number,
  to: number,
): Column {
  const copy = column.slice();
  copy[at] = to;
  return copy;
}

/** The file with a piece of its header replaced by one of the same length. */
function resealed(bytes: Uint8Array, before: string, after: string): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).toContain(before);
  const changed = new Uint8Array(Buffer.from(text.replace(before, after), "latin1"));
  seal(changed);
  return changed;
}
