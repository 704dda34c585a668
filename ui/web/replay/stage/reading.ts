import { frameAt } from "../../../../scenarios/recording/frames.ts";
import type { RecordedResult } from "../../../../scenarios/recording/recorded-result.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import type { Micros } from "../../../../sim/time.ts";
import { type Limit, limitOf, limitsIn } from "./limits.ts";
import { type Actor, ownerOf, type Plan } from "./plan.ts";
import { type PodState, podStatesAt } from "./pod-states.ts";

/** What the stage tells of somebody. Rates (asked, failed, in, out, flows) are per second. */
export type Figure =
  | ("ready" | "running" | "replicas" | "pending" | "busy" | "queue" | "used" | "idle" | "connecting" | "clients")
  | ("asked" | "failed" | "flows" | "in" | "out");

/** Metric, its unit, what it is of, and what follows the component in its path if only one part of it counts. */
type Row = readonly [name: string, unit: string, figure: Figure, part?: string];

/** Which metrics the stage shows, and as what. A new one takes one line. */
const GAUGES: readonly Row[] = [
  ["ready", "pods", "ready", ""],
  ["ready_endpoints", "pods", "ready", "/endpoints"],
  ["running", "pods", "running"],
  ["replicas", "pods", "replicas"],
  ["pending", "pods", "pending"],
  ["in_flight", "requests", "busy"],
  ["vus", "VUs", "busy"],
  ["busy", "requests", "busy"],
  ["upstream_rq_active", "requests", "busy"],
  ["fetching", "requests", "busy"],
  ["Threads_running", "threads", "busy"],
  ["waiting", "requests", "queue"],
  ["waiters", "queries", "queue"],
  ["pending", "requests", "queue"],
  ["upstream_rq_pending_active", "requests", "queue"],
  ["accept_queue", "connections", "queue"],
  ["Threads_connected", "connections", "used"],
  ["active", "connections", "used"],
  ["ConnUsed", "connections", "used"],
  ["upstream_cx_active", "connections", "used"],
  ["idle", "connections", "idle"],
  ["ConnFree", "connections", "idle"],
  ["connecting", "connections", "connecting"],
  ["Client_Connections_connected", "connections", "clients"],
];
const COUNTERS: readonly Row[] = [
  ["http_reqs", "requests", "asked"],
  ["served", "requests", "asked"],
  ["failed", "requests", "asked"],
  ["rejected", "requests", "asked"],
  ["Questions", "queries", "asked"],
  ["Questions", "statements", "asked"],
  ["upstream_rq_total", "requests", "asked"],
  ["hits", "requests", "asked"],
  ["misses", "requests", "asked"],
  ["http_req_failed", "requests", "failed"],
  ["failed", "requests", "failed"],
  ["rejected", "requests", "failed"],
  ["refused", "flows", "failed"],
  ["max_connect_timeouts", "queries", "failed"],
  ["ConnERR", "connections", "failed"],
  ["upstream_rq_pending_overflow", "requests", "failed"],
  ["upstream_rq_timeout", "requests", "failed"],
  ["Connection_errors_max_connections", "connections", "failed"],
  ["flows", "flows", "flows"],
  ["bytes", "bytes", "in", " inbound"],
  ["bytes", "bytes", "out", " outbound"],
];

type Fact = RecordedResult["journal"][number];

/** Connections that somebody keeps to somebody else. */
interface Connections {
  /** Path of the pool, and the last part of it: whom it leads to. */
  readonly path: string;
  readonly to: string;
  readonly used: number;
  readonly idle: number;
  readonly connecting: number;
}
interface Pool extends Connections {
  readonly limit: number | undefined;
}

/** Where the numbers of a figure stand in the tables of the header. */
interface Source {
  readonly gauges: number[];
  readonly counters: number[];
}
interface PoolSource {
  readonly owner: Actor | undefined;
  readonly path: string;
  readonly to: string;
  readonly of: Partial<Record<"used" | "idle" | "connecting", number>>;
}

/** Finds the numbers of a recording for those on the stage. */
export class Reader {
  readonly recording: Recording;
  readonly actors: readonly Actor[];
  readonly limits: ReadonlyMap<string, Limit[]>;
  /** Pods by the component that they belong to. */
  readonly podsOf = new Map<string, Actor[]>();
  /** When pods had lost their readiness, by pod. */
  readonly unready: ReadonlyMap<string, readonly Fact[]>;
  readonly gauges: ReadonlyMap<string, number>;
  private readonly byId: ReadonlyMap<string, Actor>;
  private readonly sources = new Map<string, Map<Figure, Source>>();
  private readonly pools = new Map<string, Map<string, PoolSource>>();
  private readonly poolsByEnd = new Map<string, PoolSource[]>();

  constructor(recording: Recording, { fleets }: Plan) {
    this.recording = recording;
    this.actors = fleets.flatMap(({ tiers, nodes, pods }) => [...tiers, ...nodes, ...pods]);
    this.byId = new Map(this.actors.map((actor) => [actor.id, actor]));
    this.unready = lostIn(recording);
    this.limits = limitsIn(recording);
    for (const actor of this.actors) {
      if (actor.sort === "pod") this.podsOf.set(actor.of, [...(this.podsOf.get(actor.of) ?? []), actor]);
    }
    const { gauges, counters } = recording.header;
    this.gauges = new Map(gauges.map(({ path, name }, index) => [`${path} ${name}`, index]));
    for (const [index, metric] of gauges.entries()) this.take(metric, index, "gauges", GAUGES);
    for (const [index, metric] of counters.entries()) this.take(metric, index, "counters", COUNTERS);
  }

  /** Numbers as they stood at the end of the last bin that was over at a time, like the frames of the recording. */
  at(time: Micros): Moment {
    return new Moment(this, binAt(this.recording, time));
  }

  sourcesOf(id: string, figure: Figure): Source | undefined {
    return this.sources.get(id)?.get(figure);
  }

  /** Pools that somebody has, by path. */
  poolSourcesOf(id: string): ReadonlyMap<string, PoolSource> {
    return this.pools.get(id) ?? NO_POOLS;
  }

  /** Pools that lead to somebody, whoever has them. */
  poolSourcesTo(id: string): readonly PoolSource[] {
    return this.poolsByEnd.get(id) ?? [];
  }

  /** A figure that is counted, per second, bin after bin; undefined if nobody counts it. */
  rates(id: string, figure: Figure): Float64Array | undefined {
    const source = this.sourcesOf(id, figure);
    if (source === undefined || source.counters.length === 0) return undefined;
    const { bins, binWidth } = this.recording.header;
    const rates = new Float64Array(bins);
    const { mean } = this.recording.bins.counters[0]!;
    for (const index of source.counters) {
      for (let bin = 0; bin < bins; bin++) rates[bin]! += (mean[index * bins + bin]! * 1e6) / binWidth;
    }
    return rates;
  }

  private take({ path, name, unit }: Metric, index: number, list: keyof Source, rows: readonly Row[]): void {
    const owner = ownerOf(path);
    const part = path.slice(owner.length);
    const of = this.byId.get(owner)?.of ?? "";
    for (const [ofName, ofUnit, figure, ofPart] of rows) {
      if (name !== ofName || unit !== ofUnit || (ofPart !== undefined && part !== ofPart)) continue;
      for (const id of of === "" ? [owner] : [owner, of]) this.source(id, figure)[list].push(index);
      if (part !== "" && (figure === "used" || figure === "idle" || figure === "connecting")) {
        this.pool(owner, path).of[figure] = index;
      }
    }
  }

  private source(id: string, figure: Figure): Source {
    const figures = this.sources.get(id) ?? new Map<Figure, Source>();
    this.sources.set(id, figures);
    const source = figures.get(figure) ?? { gauges: [], counters: [] };
    figures.set(figure, source);
    return source;
  }

  private pool(owner: string, path: string): PoolSource {
    const pools = this.pools.get(owner) ?? new Map<string, PoolSource>();
    this.pools.set(owner, pools);
    const known = pools.get(path);
    if (known !== undefined) return known;
    const to = path.slice(path.lastIndexOf("/") + 1);
    const pool: PoolSource = { owner: this.byId.get(owner), path, to, of: {} };
    pools.set(path, pool);
    this.poolsByEnd.set(to, [...this.poolSourcesTo(to), pool]);
    return pool;
  }
}

interface Metric {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
}

const NO_POOLS: ReadonlyMap<string, PoolSource> = new Map();

/** Everybody's numbers at one moment. */
export class Moment {
  readonly bin: number;
  readonly frame: Float64Array;
  readonly time: Micros;
  private readonly reader: Reader;
  private readonly states = new Map<string, PodState>();

  constructor(reader: Reader, bin: number) {
    const { recording } = reader;
    this.reader = reader;
    this.bin = bin;
    this.time = (bin + 1) * recording.header.binWidth;
    this.frame = frameAt(recording, this.time);
    for (const [of, pods] of reader.podsOf) {
      for (const [id, state] of podStatesAt(this, of, pods)) this.states.set(id, state);
    }
  }

  /** Undefined where nothing in the recording tells it. */
  figure(id: string, figure: Figure): number | undefined {
    const source = this.reader.sourcesOf(id, figure);
    if (source === undefined) return undefined;
    let sum = 0;
    for (const index of source.gauges) sum += this.frame[index]!;
    for (const index of source.counters) sum += this.rate(index);
    return sum;
  }

  /** What a counter counted per second in this bin. */
  rate(counter: number): number {
    const { header, bins } = this.reader.recording;
    return header.bins === 0 ? 0 : (bins.counters[0]!.mean[counter * header.bins + this.bin]! * 1e6) / header.binWidth;
  }

  /** The limit of a figure, if the run has come up against it. */
  limit({ id, of }: Pick<Actor, "id" | "of">, figure: Figure): number | undefined {
    return limitOf(this.reader.limits, id, of, "", figure);
  }

  state(pod: string): PodState | undefined {
    return this.states.get(pod);
  }

  pools({ id, of }: Pick<Actor, "id" | "of">): Pool[] {
    return [...this.reader.poolSourcesOf(id).values()].map((source) => {
      const limit = limitOf(this.reader.limits, id, of, source.path.slice(id.length), "used");
      return { ...this.poolAt(source), limit };
    });
  }

  /** Connections to somebody, and the zones of those who have them. */
  poolsTo(id: string): (Connections & { readonly zone: string })[] {
    return this.reader.poolSourcesTo(id).map((source) => {
      return { ...this.poolAt(source), zone: source.owner?.zone ?? "" };
    });
  }

  /** Whether a pod was ready and has not become so again. */
  hasLostReadiness(pod: string): boolean {
    return (this.reader.unready.get(pod) ?? []).some((entry) => this.isOpen(entry));
  }

  /** What held of a component or a part of it, as the journal tells it. */
  holding(id: string): Fact[] {
    const { journal } = this.reader.recording.result;
    return journal.filter((fact) => fact.sort === "condition" && ownerOf(fact.component) === id && this.isOpen(fact));
  }

  /** A gauge by its path and name: "proxysql/zone-a" ready. */
  gaugeOf(path: string, name: string): number | undefined {
    const index = this.reader.gauges.get(`${path} ${name}`);
    return index === undefined ? undefined : this.frame[index]!;
  }

  private poolAt({ path, to, of }: PoolSource): Connections {
    const level = (index: number | undefined) => (index === undefined ? 0 : this.frame[index]!);
    return { path, to, used: level(of.used), idle: level(of.idle), connecting: level(of.connecting) };
  }

  /** What happens at the end of a bin happens after its frame. */
  private isOpen({ at, until }: Fact): boolean {
    return at < this.time && (until === null || until >= this.time);
  }
}

/** The bin that is shown at a time: the last one that is over. */
function binAt({ header: { bins, binWidth } }: Recording, time: Micros): number {
  return Math.min(Math.max(0, bins - 1), Math.max(0, Math.floor(time / binWidth) - 1));
}

function lostIn({ result: { journal } }: Recording): ReadonlyMap<string, readonly Fact[]> {
  const lost = new Map<string, Fact[]>();
  for (const fact of journal) {
    if (fact.fact === "pod-unready") lost.set(fact.component, [...(lost.get(fact.component) ?? []), fact]);
  }
  return lost;
}
