import { ROW_BUCKETS } from "../../sim/record/histogram.ts";
import type { Recorder } from "../../sim/record/recorder.ts";
import { type Columns, demandRows, demandStarts, demandWithin } from "./container.ts";
import type { Header } from "./header.ts";
import type { Recording } from "./recording.ts";

/**
 * How many durations of each size there were in every bin: of each row only the buckets that are not empty.
 * Rows stand histogram by histogram; `starts` says where the row of a bin begins in `bucket` and `count`.
 */
export type Latency = Columns<typeof LATENCY>;
export const LATENCY = { starts: "u32", bucket: "u8", count: "u32" } as const;

/** One bin of a histogram, coarsely: counts by bucket, whose upper edges are `rowEdges()`. */
export function rowAt({ header, latency }: Recording, histogram: number, bin: number): Uint32Array {
  const row = new Uint32Array(ROW_BUCKETS);
  const at = histogram * header.bins + bin;
  const end = latency.starts[at + 1] ?? 0;
  for (let filled = latency.starts[at] ?? 0; filled < end; filled++) {
    row[latency.bucket[filled]!] = latency.count[filled]!;
  }
  return row;
}

/** The latency rows of a run. */
export function latencyOf(record: Recorder): Latency {
  const { bins } = record;
  const rows = record.rows.map((row) => row.subarray(0, bins * ROW_BUCKETS));
  const filled = rows.reduce((sum, row) => sum + row.reduce((some, count) => some + (count > 0 ? 1 : 0), 0), 0);
  const starts = new Uint32Array(rows.length * bins + 1);
  const bucket = new Uint8Array(filled);
  const count = new Uint32Array(filled);
  let at = 0;
  for (const [histogram, row] of rows.entries()) {
    for (let cell = 0; cell < row.length; cell++) {
      if (row[cell] !== 0) {
        bucket[at] = cell % ROW_BUCKETS;
        count[at++] = row[cell]!;
      }
      if (cell % ROW_BUCKETS === ROW_BUCKETS - 1) starts[histogram * bins + (cell + 1) / ROW_BUCKETS] = at;
    }
  }
  return { starts, bucket, count };
}

/** Throws a RecordingError where latency rows do not fit their header. */
export function checkLatency(latency: Latency, { bins, histograms }: Header): void {
  demandRows(latency, ["bucket"], latency.count.length);
  demandStarts(latency.starts, histograms.length * bins, latency.count.length, "L.starts");
  demandWithin(latency.bucket, 0, ROW_BUCKETS, "L.bucket");
}
