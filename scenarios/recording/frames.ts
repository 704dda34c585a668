import type { Recorder } from "../../sim/record/recorder.ts";
import type { Micros } from "../../sim/time.ts";
import { type Columns, demandRows, demandStarts, demandWithin } from "./container.ts";
import type { Header } from "./header.ts";
import type { Recording } from "./recording.ts";

/** A whole frame every so many; those between hold only what has changed. */
const KEY_EVERY = 64;
/** Gauges are numbered in 16 bits. */
const MOST_GAUGES = 2 ** 16;

/**
 * Every gauge at the end of every bin, in steps of its scale.
 * `keys`: whole frames, one value per gauge. `gauge`, `value`: the changes of each frame, from its place in `starts` on.
 */
export type Frames = Columns<typeof FRAMES>;
export const FRAMES = { keys: "u16", starts: "u32", gauge: "u16", value: "u16" } as const;

/** The state of every gauge at a moment: as it stood at the end of the last bin that was over by then. */
export function frameAt(recording: Recording, time: Micros, into?: Float64Array): Float64Array {
  const { header, frames } = recording;
  const { gauges, bins, binWidth } = header;
  const frame = into ?? new Float64Array(gauges.length);
  const at = Math.min(bins - 1, Math.max(0, Math.floor(time / binWidth) - 1));
  if (bins === 0 || Number.isNaN(at)) return frame.fill(0);
  const key = Math.floor(at / KEY_EVERY);
  for (let gauge = 0; gauge < gauges.length; gauge++) frame[gauge] = frames.keys[key * gauges.length + gauge]!;
  const end = frames.starts[at + 1]!;
  for (let change = frames.starts[key * KEY_EVERY]!; change < end; change++) {
    frame[frames.gauge[change]!] = frames.value[change]!;
  }
  for (let gauge = 0; gauge < gauges.length; gauge++) frame[gauge] = frame[gauge]! * gauges[gauge]!.scale;
  return frame;
}

/** The frames of a run. */
export function framesOf(record: Recorder, header: Header): Frames {
  const { bins, gauges } = header;
  if (gauges.length > MOST_GAUGES) throw new RangeError(`${gauges.length} gauges: at most ${MOST_GAUGES} are recorded`);
  const keys = new Uint16Array(Math.ceil(bins / KEY_EVERY) * gauges.length);
  const starts = new Uint32Array(bins + 1);
  for (const [bin, frame, before] of frameByFrame(record, header)) {
    if (before === undefined) keys.set(frame, (bin / KEY_EVERY) * gauges.length);
    starts[bin + 1] = starts[bin]! + (before === undefined ? 0 : changesIn(frame, before));
  }
  const gauge = new Uint16Array(starts[bins]!);
  const value = new Uint16Array(starts[bins]!);
  for (const [bin, frame, before] of frameByFrame(record, header)) {
    if (before !== undefined) writeChanges(frame, before, gauge.subarray(starts[bin]), value.subarray(starts[bin]));
  }
  return { keys, starts, gauge, value };
}

/** Throws a RecordingError where frames do not fit their header. */
export function checkFrames(frames: Frames, { bins, gauges }: Header): void {
  demandRows(frames, ["keys"], Math.ceil(bins / KEY_EVERY) * gauges.length);
  demandRows(frames, ["gauge"], frames.value.length);
  demandStarts(frames.starts, bins, frames.value.length, "F.starts");
  demandWithin(frames.gauge, 0, gauges.length, "F.gauge");
}

/** Number, steps, and steps of the frame before it, which a key frame does without. */
function* frameByFrame(record: Recorder, header: Header): Generator<[number, Uint16Array, Uint16Array | undefined]> {
  let frame = new Uint16Array(header.gauges.length);
  let before = new Uint16Array(header.gauges.length);
  for (let bin = 0; bin < header.bins; bin++) {
    [frame, before] = [before, frame];
    quantise(record, header, bin, frame);
    yield [bin, frame, bin % KEY_EVERY === 0 ? undefined : before];
  }
}

function quantise(record: Recorder, { gauges }: Header, bin: number, into: Uint16Array): void {
  for (let gauge = 0; gauge < gauges.length; gauge++) {
    const steps = Math.round(record.gaugeSeries[gauge]!.last[bin]! / gauges[gauge]!.scale);
    into[gauge] = Math.min(0xffff, Math.max(0, steps));
  }
}

function changesIn(frame: Uint16Array, before: Uint16Array): number {
  let count = 0;
  for (let gauge = 0; gauge < frame.length; gauge++) if (frame[gauge] !== before[gauge]) count++;
  return count;
}

function writeChanges(frame: Uint16Array, before: Uint16Array, gauges: Uint16Array, values: Uint16Array): void {
  let at = 0;
  for (let gauge = 0; gauge < frame.length; gauge++) {
    if (frame[gauge] === before[gauge]) continue;
    gauges[at] = gauge;
    values[at++] = frame[gauge]!;
  }
}
