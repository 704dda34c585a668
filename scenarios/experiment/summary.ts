import { nameOf } from "../../models/error.ts";
import { KINDS } from "../../models/kinds.ts";
import { Deployment } from "../../models/kubernetes/deployment.ts";
import type { Load } from "../../models/load/load.ts";
import { networkFacts } from "../../models/network/kind.ts";
import { Digest } from "../../sim/record/digest.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { checkResultsOf, reportedResultsOf } from "./check-results.ts";
import { ENGINE } from "./engine.ts";
import { limitsReached } from "./limits.ts";
import { type Goodput, goodputOf, outageOf, worstOf } from "./outage.ts";
import type {
  FailedAttempt,
  GoodputTotal,
  LoadSummary,
  RunIdentity,
  RunResult,
  ScaleOutSummary,
  SeriesEntry,
} from "./result.ts";
import { RESULT_FORMAT } from "./result.ts";
import type { Run } from "./run.ts";
import { type Fact, sentence } from "./story.ts";
import { TIMELINE_FACTS } from "./timeline.ts";
import { verdictOf } from "./verdict.ts";

/** What is known of a run besides the run itself. */
export interface Provenance {
  readonly overrides: readonly string[];
  readonly inputHash: string;
  /** Processor time that the run took; null where nobody measured it. */
  readonly cpuSeconds: number | null;
}

/** Puts together what a run leaves behind. It may be asked of a run that was interrupted. */
export function summarize(run: Run, { overrides, inputHash, cpuSeconds }: Provenance): RunResult {
  const { scenario, world, seed, replication } = run;
  const { sim } = world;
  const { name, title, variant = null } = scenario;
  const identity: RunIdentity = { scenario: name, title, variant, overrides, seed, replication, inputHash };
  const journal = journalOf(run);
  const totals = { ...totalsOf(run), journal };
  const checks = checkResultsOf(run);
  const loads = run.loads.map((load) => summaryOf(run, load));
  const body = {
    format: RESULT_FORMAT,
    engine: ENGINE,
    run: identity,
    reached: run.now,
    duration: scenario.duration,
    binWidth: sim.record.binWidth,
    components: componentsOf(run),
    loads,
    scaleOuts: scaleOutsOf(run),
    limits: limitsReached(journal, loads, totals.goodput),
    checks,
    reported: reportedResultsOf(run),
    expect: scenario.expect,
    asExpected: checks.every(({ holds }) => holds) === (scenario.expect === "holds"),
    verdict: verdictOf(loads, journal, { reached: run.now, duration: scenario.duration }),
    ...totals,
    series: seriesOf(run),
    journalOverflow: sim.journal.overflow,
    failedAttempts: run.loads.flatMap((load) => failuresOf(run, load)),
    totalsDigest: new Digest().add(totals).hex,
  } as const;
  const attempts = run.loads.reduce((sum, load) => sum + load.metrics.attempts.count, 0);
  const cost = { events: sim.dispatched, requests: sim.requests.opened, attempts, cpuSeconds };
  return { ...body, digest: new Digest().add(body).hex, cost };
}

function totalsOf({ world }: Run): Pick<RunResult, "counters" | "gauges" | "durations" | "goodput"> {
  const { record, now } = world.sim;
  const { value } = record.gaugeColumns;
  return {
    counters: record.counters.map(({ path, name, unit }, at) => ({ path, name, unit, count: record.counts[at]! })),
    gauges: record.gauges.map(({ path, name, unit }, at) => {
      return { path, name, unit, mean: now > 0 ? record.areaOf(at) / now : 0, last: value[at]! };
    }),
    durations: record.histograms.map(({ path, name }, at) => {
      const histogram = record.histogramData[at]!;
      const quantile = (p: number) => histogram.quantile(p) / MILLISECOND;
      const [mean, max] = [histogram.mean / MILLISECOND, histogram.max / MILLISECOND];
      const min = histogram.count === 0 ? 0 : histogram.min / MILLISECOND;
      const quantiles = { p50: quantile(0.5), p90: quantile(0.9), p95: quantile(0.95), p99: quantile(0.99) };
      return { path, name, count: histogram.count, mean, min, ...quantiles, max };
    }),
    goodput: record.cohorts.map(({ path, name }, at): GoodputTotal => {
      const { born, good, length } = record.cohortData[at]!;
      return { path, name, born: [...born.subarray(0, length)], good: [...good.subarray(0, length)] };
    }),
  };
}

/** Series of the components that the file names, and of its nodes; those of single pods are in the recording. */
function seriesOf({ world }: Run): SeriesEntry[] {
  const { record } = world.sim;
  const named = (path: string) => world.built.has(path) || world.built.has(path.slice(0, path.lastIndexOf("/")));
  const rounded = (column: Float32Array, length: number) => [...column.subarray(0, length)];
  const lists = [
    [record.gauges, record.gaugeSeries, "gauge"],
    [record.counters, record.counterSeries, "counter"],
  ] as const;
  return lists.flatMap(([metrics, series, type]) =>
    metrics.flatMap(({ path, name, unit }, at): SeriesEntry[] => {
      const { mean, min, max, length } = series[at]!;
      if (!named(path) || length === 0) return [];
      return [
        { path, name, unit, type, mean: rounded(mean, length), min: rounded(min, length), max: rounded(max, length) },
      ];
    }),
  );
}

function componentsOf({ scenario, world }: Run): RunResult["components"] {
  return [...world.built.entries()].flatMap(([path, { component }]) => {
    const { kind } = scenario.components.get(path)!.kind;
    const pods = component instanceof Deployment ? component.pods.map(({ container }) => container.path) : [];
    return [path, ...pods].map((each) => ({ path: each, kind: each === path ? kind : `${kind} pod` }));
  });
}

function scaleOutsOf({ world }: Run): ScaleOutSummary[] {
  return [...world.built.entries()].flatMap(([path, { component }]) => {
    if (!(component instanceof Deployment)) return [];
    return component.scaleOuts.list.map(({ action, pods, everReady }) => {
      return { deployment: path, at: world.sim.journal.entries[action]?.at ?? 0, newPods: pods, everReady };
    });
  });
}

function summaryOf(run: Run, load: Load): LoadSummary {
  const { record } = run.world.sim;
  const seconds = Math.floor(run.now / SECOND);
  const { born, good, length } = load.goodput.all;
  const goodput: Goodput = { born: born.subarray(0, length), good: good.subarray(0, length) };
  const failures = record.counters
    .map(({ path, name, unit }, at) => ({ path, unit, reason: name, count: record.counts[at]! }))
    .filter(({ path, unit, count }) => path === load.path && unit === "failures" && count > 0)
    .map(({ reason, count }) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
  return {
    path: load.path,
    people: goodput.born.length === 0 ? 0 : [...(goodput.born as Float64Array)].reduce((sum, each) => sum + each, 0),
    goodput: goodputOf(goodput, 0, length) ?? null,
    outage: outageOf(goodput, 0, seconds),
    worst: worstOf(goodput, 0, seconds),
    failures,
  };
}

function failuresOf({ world }: Run, load: Load): FailedAttempt[] {
  const { failures, path } = load;
  return Array.from({ length: failures.length }, (_, row) => ({
    load: path,
    at: failures.at[row]!,
    reason: nameOf(failures.outcome[row]!),
    class: world.classes[failures.kind[row]!]?.name ?? "",
    zone: world.zones[failures.zone[row]!] ?? null,
    because: failures.because[row]! < 0 ? null : failures.because[row]!,
  }));
}

function journalOf({ world }: Run): Fact[] {
  const templates = templatesOf();
  return world.sim.journal.entries.map(({ id, sort, at, until, component, fact, because, figures, remark }) => {
    const { path } = world.sim.components[component]!;
    const words = sentence(templates.get(fact) ?? `{component}: ${fact}`, path, figures);
    const text = remark === undefined ? words : `${words} ("${remark}")`;
    return { id, sort, at, until: until ?? null, component: path, fact, figures, text, because };
  });
}

function templatesOf(): ReadonlyMap<string, string> {
  const lists = [...KINDS.map(({ facts }) => facts), networkFacts, TIMELINE_FACTS];
  return new Map(lists.flatMap((facts) => Object.entries(facts)));
}
