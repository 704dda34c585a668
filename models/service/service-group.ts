import { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { Address } from "../host.ts";
import type { LimiterOptions } from "../limiter/limiter-options.ts";
import type { RequestClass } from "../load/request-class.ts";
import type { Machine } from "../machine/machine.ts";
import type { ListenOptions } from "../network/listen-options.ts";
import { ListenRecord } from "../network/listen-record.ts";
import { PoolGroup } from "../pool/pool-group.ts";
import { type PoolOptions, sizeLimit } from "../pool/pool-options.ts";
import { Shortage } from "../pool/shortage.ts";
import type { Discipline } from "../queue/discipline.ts";
import type { World } from "../world.ts";
import { type Calls, NOBODY } from "./calls.ts";
import { type ProcessOptions, type ProcessShape, plainShape, shapeOf } from "./process-options.ts";
import { ASK, NO_POOL, type Program, programOf, QUERY_AT_ONCE, UNKNOWN_USER } from "./program.ts";

/** What a service is told about its pods. */
export interface ServiceOptions {
  /** Requests in service at once, in each pod; undefined: no limit. */
  readonly workers?: number | undefined;
  /** Requests that wait for a worker, in each pod. */
  readonly queue: number;
  /** The socket that clients connect to, which then is what bounds those who wait; undefined: not modelled. */
  readonly listen?: ListenOptions | undefined;
  readonly limiter: LimiterOptions;
  readonly process?: ProcessOptions | undefined;
  readonly discipline: Discipline;
  /** Whether nothing more is done for callers who have hung up. */
  readonly cancels: boolean;
  readonly cores: number;
  readonly cpuDiscipline: Discipline | "ps";
  /** Path of the machine that all pods run on; undefined: each has cores of its own. */
  readonly machine?: string | undefined;
  readonly pool: PoolOptions;
  /** Where statements go: one path for all, or a path for each username; undefined: nowhere. */
  readonly to?: string | Readonly<Record<string, string>> | undefined;
  readonly failure: { readonly cpu: Micros; readonly bytes: number };
}

/** Its calls have nothing to do here. */
const NOTHING: Program = Object.freeze([]);

/** What the pods of one service have in common: what they do for each class of calls, and whether they get by. */
export class ServiceGroup extends Component {
  readonly options: ServiceOptions;
  readonly shape: ProcessShape;
  /** What is known of its listening sockets; undefined where it has none. */
  readonly sockets: ListenRecord | undefined;
  /** One for each database, in order of the options. */
  readonly pools: readonly PoolGroup[];
  /** Whether a call keeps its connection until it is over, beyond its statements. */
  readonly isHolding: boolean;
  /** Whether calls wait for requests of their own. */
  readonly isNesting: boolean;
  /** Whom calls ask besides databases. */
  addresses: readonly Address[] = Object.freeze([]);
  machine: Machine | undefined;
  /** Whether nothing more is done for callers who have hung up. */
  cancels: boolean;
  /** Calls that may wait for a worker now, in each pod, and the most that ever could. */
  queue: number;
  longestQueue: number;
  /** Whether workers that are silent for too long are killed. */
  isWatching = true;
  /** What delayed the call that came back last from a pool; NONE while all is well. */
  latestTrouble: JournalId = NONE;
  private readonly world: World;
  private readonly programs: readonly Program[];
  private readonly paths: string[] = [];
  private readonly priorities: Float64Array;
  private readonly members: Member[] = [];
  private readonly busy: Shortage;
  private readonly full: Shortage;
  private readonly coresBusy: Shortage;
  private readonly loopBusy: Shortage;
  private readonly late: Shortage;
  private readonly silent: Shortage;

  constructor(world: World, path: string, options: ServiceOptions) {
    super(world.sim, `${path}/pods`);
    const { classes } = world;
    const { workers = Number.POSITIVE_INFINITY, queue, process, discipline } = options;
    this.world = world;
    this.options = options;
    const shape = process === undefined ? plainShape(workers, queue) : shapeOf(process, queue);
    this.shape = options.listen === undefined ? shape : { ...shape, backlog: Number.POSITIVE_INFINITY };
    this.cancels = options.cancels;
    this.queue = this.shape.backlog;
    this.longestQueue = this.queue;
    const { listen } = options;
    this.sockets = listen && new ListenRecord(world.sim, this, path, listen);
    const targets = targetsOf(options);
    const limit = sizeLimit(options.pool);
    const poolOf = Int32Array.from(classes, ({ username }) => indexOfPool(options, targets, username));
    this.pools = targets.map((target) => new PoolGroup(world, `${path}/${target}`, target, limit));
    for (const [at, pool] of this.pools.entries()) pool.kind = Math.max(0, poolOf.indexOf(at));
    this.programs = Object.freeze(this.programsOf(path, poolOf));
    this.priorities = Float64Array.from(classes, ({ priority }) => priority);
    this.isHolding = isHolding(options, classes);
    this.isNesting = this.programs.some((program) =>
      program.some(({ operation }) => operation === ASK || operation === QUERY_AT_ONCE),
    );
    for (const pool of this.pools) pool.isHolding = this.isHolding;
    const { slots, backlog, timeout } = this.shape;
    this.busy = new Shortage(this, world.sim, "workers-all-busy", { workers: slots * this.shape.workers });
    this.full = new Shortage(this, world.sim, "queue-full", { limit: backlog });
    this.coresBusy = new Shortage(this, world.sim, "cores-all-busy", { cores: options.cores });
    this.loopBusy = new Shortage(this, world.sim, "event-loop-busy", {});
    this.late = new Shortage(this, world.sim, "queue-sheds", { milliseconds: (2 * discipline.target) / 1000 });
    this.silent = new Shortage(this, world.sim, "worker-timeout", { seconds: timeout / SECOND });
  }

  /** Changes a live parameter: `queue` or `process.backlog`, `cancels`, `process.timeout` (0 or what it was). */
  override adjust(parameter: string, value: number): void {
    if (parameter === "cancels") this.cancels = value > 0;
    else if (parameter === "process.timeout") this.isWatching = value > 0;
    else if (parameter === "queue" || parameter === "process.backlog") this.setQueue(Math.floor(value));
    else super.adjust(parameter, value);
  }

  private setQueue(limit: number): void {
    this.queue = limit;
    this.longestQueue = Math.max(this.longestQueue, limit);
    this.full.adjust({ limit });
    for (const member of this.members) member.setQueue(limit);
  }

  /** Takes in a pod; called while the world is built. */
  join(member: Member): void {
    this.members.push(member);
  }

  /** Looks up the databases, whom calls ask, and the machine. */
  connect(): void {
    const { machine } = this.options;
    for (const pool of this.pools) pool.connect(this.world);
    this.addresses = Object.freeze(this.paths.map((path) => this.world.find(path) as unknown as Address));
    if (machine !== undefined) this.machine = this.world.find(machine) as Machine;
    for (const member of this.members) member.connect();
  }

  /** What is done for calls of a class. */
  programOf(kind: number): Program {
    return this.programs[kind] ?? NOTHING;
  }

  /** Where the line or the cores serve by priority, greater numbers go first. */
  priorityOf(kind: number): number {
    return this.priorities[kind] ?? 0;
  }

  /** A request finds all workers of its pod busy with these calls; returns the journal entry that says so. */
  runOutOfWorkers(request: RequestId, calls: Calls, pod: JournalId): JournalId {
    if (this.busy.fresh !== NONE) return this.busy.fresh;
    const trouble = this.latestTrouble === NONE ? this.troubleOf(calls) : this.latestTrouble;
    return this.busy.strike(trouble, pod, this.sim.requests.origin[request]!);
  }

  /** What holds up a call that has not come back to tell. */
  private troubleOf({ request }: Calls): JournalId {
    const { because } = this.sim.requests;
    const held = request.find(
      (each) => each !== NOBODY && because[each]! !== NONE && because[each] !== this.busy.latest,
    );
    return held === undefined ? NONE : because[held]!;
  }

  /** A request has to wait for a core for long; returns the journal entry that says so. */
  runOutOfCores(request: RequestId, pod: JournalId): JournalId {
    return this.coresBusy.strike(NONE, pod, this.sim.requests.origin[request]!);
  }

  /** Something has to wait for an event loop that has had no pause for long; returns the journal entry that says so. */
  runOutOfLoop(pod: JournalId, request: JournalId): JournalId {
    return this.loopBusy.strike(NONE, pod, request);
  }

  /** The processes run at this share of their normal speed from now on: 1 is normal, at 0 they stand still. */
  setPace(share: number, because: JournalId): void {
    if (share < 1) this.latestTrouble = because;
    for (const member of this.members) member.setPace(share, because);
  }

  /** A request finds the line of its pod full; returns the journal entry that says so. */
  runOutOfRoom(request: RequestId): JournalId {
    return this.full.strike(this.busy.latest, NONE, this.sim.requests.origin[request]!);
  }

  /** A request has waited so long that the discipline of its line drops it; returns the journal entry that says so. */
  shed(request: RequestId): JournalId {
    return this.late.strike(this.sim.requests.because[request]!, NONE, this.sim.requests.origin[request]!);
  }

  /** A worker is killed for its silence in a call; returns the journal entry that says so. */
  loseWorker(request: RequestId, pod: JournalId): JournalId {
    const { because, origin } = this.sim.requests;
    const trouble = because[request]! === NONE ? this.latestTrouble : because[request]!;
    return this.silent.strike(trouble, pod, origin[request]!);
  }

  private programsOf(path: string, poolOf: ArrayLike<number>): Program[] {
    const { classes, sim } = this.world;
    const around = {
      path,
      streams: sim.streams,
      classes,
      poolOf,
      loansOf: (one: RequestClass) => loansOf(this.options, one),
      addressOf: (to: string) => (this.paths.includes(to) ? this.paths.indexOf(to) : this.paths.push(to) - 1),
    };
    return classes.map((_, kind) => programOf(kind, around));
  }
}

/** A pod, as its service wires it. */
interface Member {
  connect(): void;
  setQueue(limit: number): void;
  setPace(share: number, because: JournalId): void;
}

function loansOf({ to, pool }: ServiceOptions, { queries, transaction }: RequestClass): number {
  const isEach = !transaction && to !== undefined && pool.kind !== "per-request" && pool.acquire === "per-query";
  return isEach ? queries : Math.min(1, queries);
}

/** Only where something comes after the statements does it matter. */
function isHolding({ pool, failure }: ServiceOptions, classes: readonly RequestClass[]): boolean {
  const outlives = failure.cpu > 0 || classes.some(({ steps }) => steps.length > 0);
  return pool.kind === "per-request" && pool.hold === "request" && outlives;
}

function targetsOf({ to }: ServiceOptions): string[] {
  if (to === undefined) return [];
  return typeof to === "string" ? [to] : [...new Set(Object.values(to))];
}

function indexOfPool({ to }: ServiceOptions, targets: readonly string[], username: string): number {
  if (to === undefined) return NO_POOL;
  if (typeof to === "string") return 0;
  const target = Object.hasOwn(to, username) ? to[username] : undefined;
  return target === undefined ? UNKNOWN_USER : targets.indexOf(target);
}
