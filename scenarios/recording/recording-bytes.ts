import { binColumnsFrom } from "./bins.ts";
import { pack } from "./container.ts";
import { jsonBytes } from "./json.ts";
import type { Recording } from "./recording.ts";

/** A recording as the bytes of a file, not yet compressed (gzip makes a third to a tenth of it). */
export function encode(recording: Recording): Uint8Array<ArrayBuffer> {
  return pack({
    H: { json: jsonBytes(recording.header) },
    F: recording.frames,
    B: binColumnsFrom(recording.bins),
    L: recording.latency,
    E: recording.events,
    T: recording.followed,
    "T.slow": recording.slowest,
    "T.fail": recording.failures,
    R: { json: jsonBytes(recording.result) },
  });
}
