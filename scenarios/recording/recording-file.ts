import { BINS, binsFrom, checkBins } from "./bins.ts";
import { Container } from "./container.ts";
import { checkEvents, EVENTS } from "./events.ts";
import { checkFrames, FRAMES } from "./frames.ts";
import { headerFrom } from "./header.ts";
import { checkLatency, LATENCY } from "./latency.ts";
import { resultFrom } from "./recorded-result.ts";
import type { Recording } from "./recording.ts";
import { checkFollowed, checkSummaries, FOLLOWED, SUMMARIES } from "./traces.ts";

const HEADER = { json: "u8" } as const;
const RESULT = { json: "u8" } as const;

/**
 * Reads a file back. Bytes that are no recording, that are damaged, or that contradict themselves give a RecordingError;
 * what is returned can be used without further checks.
 */
export function decode(bytes: Uint8Array): Recording {
  const file = new Container(bytes);
  const header = headerFrom(file.take("H", HEADER).json);
  const frames = file.take("F", FRAMES);
  checkFrames(frames, header);
  const bins = file.take("B", BINS);
  checkBins(bins, header);
  const latency = file.take("L", LATENCY);
  checkLatency(latency, header);
  const events = file.take("E", EVENTS);
  checkEvents(events, header);
  const followed = file.take("T", FOLLOWED);
  const [slowest, failures] = [file.take("T.slow", SUMMARIES), file.take("T.fail", SUMMARIES)];
  const entries = events.sort.length;
  checkFollowed(followed, header, entries);
  for (const summaries of [slowest, failures]) checkSummaries(summaries, header, entries);
  const result = resultFrom(file.take("R", RESULT).json);
  return { header, frames, bins: binsFrom(bins, header), latency, events, followed, slowest, failures, result };
}
