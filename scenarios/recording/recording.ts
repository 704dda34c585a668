import type { Simulation } from "../../sim/simulation.ts";
import { type Bins, binColumnsOf, binsFrom } from "./bins.ts";
import { type Events, eventsOf } from "./events.ts";
import { type Frames, framesOf } from "./frames.ts";
import { type Header, headerOf } from "./header.ts";
import { type Latency, latencyOf } from "./latency.ts";
import type { RecordedResult } from "./recorded-result.ts";
import { type FollowedRequests, failuresOf, followedOf, type Summaries, slowestOf } from "./traces.ts";

/**
 * A run that is over, so that any moment of it can be looked at: state, curves, latencies, what was the case and why,
 * and the way of single requests. Plain data; never the events themselves, which would be a thousand times as much.
 */
export interface Recording {
  readonly header: Header;
  readonly frames: Frames;
  readonly bins: Bins;
  readonly latency: Latency;
  readonly events: Events;
  readonly followed: FollowedRequests;
  readonly slowest: Summaries;
  readonly failures: Summaries;
  readonly result: RecordedResult;
}

/** A run and what it does not know about itself. */
export interface RecordingSource {
  readonly simulation: Simulation;
  /** Name of the scenario, and of the variant of it. */
  readonly name: string;
  readonly variant: string;
  readonly seed: string;
  readonly replication: number;
  /** Version of Brownout. */
  readonly engine: string;
  /** What is known of components, by path. */
  readonly components: ReadonlyMap<string, ComponentPlace>;
  /** Names by the `kind` and the `zone` of a request. */
  readonly classes: readonly string[];
  readonly zones: readonly string[];
  /** Who asks whom, by path. */
  readonly links: readonly Link[];
  readonly result: RecordedResult;
}

/** One component asks another for something. */
interface Link {
  readonly from: string;
  readonly to: string;
}

/** What sort of component it is, and where it stands. */
interface ComponentPlace {
  readonly kind?: string;
  /** Path of the component that it belongs to. */
  readonly parent?: string;
  readonly zone?: string;
  readonly node?: string;
}

/** Makes a recording of a run, as far as it has gone. Throws a RangeError for a run without a bin width. */
export function recordingOf(source: RecordingSource): Recording {
  const { record, journal, traces } = source.simulation;
  if (record.binWidth === 0) throw new RangeError("nothing was recorded: the run was given no bin width");
  const header = headerOf(source);
  return {
    header,
    frames: framesOf(record, header),
    bins: binsFrom(binColumnsOf(record), header),
    latency: latencyOf(record),
    events: eventsOf(journal, header),
    followed: followedOf(traces),
    slowest: slowestOf(traces),
    failures: failuresOf(traces),
    result: source.result,
  };
}
