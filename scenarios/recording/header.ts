import * as z from "zod";
import type { Metric, Recorder } from "../../sim/record/recorder.ts";
import { demand, RecordingError } from "./container.ts";
import { jsonFrom } from "./json.ts";
import type { RecordingSource } from "./recording.ts";

/** Version of what a recording contains; the layout of the bytes has one of its own. */
const FORMAT = "brownout-recording/1";

const name = z.string();
const whole = z.int().min(0);

const component = z.strictObject({
  path: name,
  /** The kind as in the scenario; missing for parts of components. */
  kind: name.optional(),
  /** Path of the component that it belongs to (the deployment of a pod). */
  parent: name.optional(),
  zone: name.optional(),
  node: name.optional(),
});

const link = z.strictObject({ from: name, to: name });

const metric = z.strictObject({ path: name, name, unit: name });

const header = z.strictObject({
  format: z.literal(FORMAT),
  /** Version of Brownout that made the run; the same one makes the same run again. */
  engine: name,
  /** Name of the scenario and of the variant of it. */
  name,
  variant: name,
  seed: name,
  replication: whole,
  /** In microseconds of simulated time. */
  duration: z.number().min(0),
  binWidth: z.number().positive(),
  /** Bins that were completed. */
  bins: whole,
  /** By component id. */
  components: z.array(component),
  /** Who asks whom. */
  links: z.array(link),
  /** `scale`: how much one step of the 65,536 of a frame is. 1 for counts, so that they stay exact. */
  gauges: z.array(metric.extend({ scale: z.number().positive() })),
  counters: z.array(metric),
  histograms: z.array(metric),
  /** Names of the request classes and of the zones, by the indices that traces have. */
  classes: z.array(name),
  zones: z.array(name),
  /** Names that the journal uses. */
  facts: z.array(name),
  figures: z.array(name),
  remarks: z.array(name),
  /** Journal entries that were not kept because there were too many. */
  overflow: whole,
  /** One in so many people, and one in so many probes, was followed. */
  everyPerson: z.int().min(1),
  everyProbe: z.int().min(1),
});

/** What a recording is of, and the names of everything in it. */
export type Header = z.output<typeof header>;

/** The header of a run. */
export function headerOf(source: RecordingSource): Header {
  const { simulation, engine, name, variant, seed, replication } = source;
  const { record, journal, traces } = simulation;
  return {
    format: FORMAT,
    engine,
    name,
    variant,
    seed,
    replication,
    duration: simulation.now,
    binWidth: record.binWidth,
    bins: record.bins,
    components: simulation.components.map(({ path }) => ({ path, ...source.components.get(path) })),
    links: source.links.map(({ from, to }) => ({ from, to })),
    gauges: record.gauges.map((gauge, index) => ({ ...described(gauge), scale: scaleOf(record, index) })),
    counters: record.counters.map(described),
    histograms: record.histograms.map(described),
    classes: [...source.classes],
    zones: [...source.zones],
    facts: [...new Set(journal.entries.map((entry) => entry.fact))],
    figures: [...new Set(journal.entries.flatMap((entry) => Object.keys(entry.figures)))],
    remarks: [...new Set(journal.entries.flatMap(({ remark }) => (remark === undefined ? [] : [remark])))],
    overflow: journal.overflow,
    everyPerson: traces.people.every,
    everyProbe: traces.probes.every,
  };
}

/** Reads a header back; throws a RecordingError that names what is wrong in it. */
export function headerFrom(bytes: Uint8Array): Header {
  const found = jsonFrom(bytes, "its header");
  const { format } = (found ?? {}) as { format?: unknown };
  if (typeof format === "string" && format !== FORMAT) {
    throw new RecordingError(`the recording is a ${format}, and this Brownout reads ${FORMAT}: record it again`);
  }
  const result = header.safeParse(found);
  const [issue] = result.error?.issues ?? [];
  demand(result.success, `its header is wrong at "${issue?.path.join(".")}": ${issue?.message}`);
  return result.data;
}

function described({ path, name, unit }: Metric) {
  return { path, name, unit };
}

/** Counts keep a step of 1; what does not fit, or has fractions, is divided evenly up to its largest value. */
function scaleOf(record: Recorder, index: number): number {
  const values = record.gaugeSeries[index]!.last.subarray(0, record.bins);
  const largest = values.reduce((most, value) => (value < Number.POSITIVE_INFINITY ? Math.max(most, value) : most), 0);
  const isCount = largest <= 0xffff && values.every((value) => Number.isInteger(value));
  return isCount || largest === 0 ? 1 : largest / 0xffff;
}
