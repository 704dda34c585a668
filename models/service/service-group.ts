import { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { PoolGroup } from "../pool/pool-group.ts";
import { type PoolOptions, sizeLimit } from "../pool/pool-options.ts";
import { Shortage } from "../pool/shortage.ts";
import type { World } from "../world.ts";

/** Its class of requests runs its statements nowhere: the service takes their time itself. */
export const NO_POOL = -1;
/** Its user is not among those that the service has a database for. */
const UNKNOWN_USER = -2;

/** What a service is told about its pods. */
export interface ServiceOptions {
  /** Requests in service at once, in each pod. */
  readonly workers: number;
  /** Requests that wait for a worker, in each pod. */
  readonly queue: number;
  readonly cores: number;
  readonly pool: PoolOptions;
  /** Where statements go: one path for all, or a path for each username; undefined: nowhere. */
  readonly to?: string | Readonly<Record<string, string>> | undefined;
  readonly failure: { readonly cpu: Micros; readonly bytes: number };
}

/** What the pods of one service have in common: their databases, and whether they have enough workers. */
export class ServiceGroup extends Component {
  readonly options: ServiceOptions;
  /** One for each database, in order of the options. */
  readonly pools: readonly PoolGroup[];
  /** By request class: index into the pools, or NO_POOL, or UNKNOWN_USER. */
  readonly poolOf: Int32Array;
  /** By request class: how often a call asks the pool for a connection. */
  readonly loansOf: Int32Array;
  /** What delayed the call that came back last from a pool; NONE while all is well. */
  latestTrouble: JournalId = NONE;
  private readonly world: World;
  private readonly busy: Shortage;
  private readonly full: Shortage;

  constructor(world: World, path: string, options: ServiceOptions) {
    super(world.sim, `${path}/pods`);
    this.world = world;
    this.options = options;
    const targets = targetsOf(options);
    const limit = sizeLimit(options.pool);
    this.pools = targets.map((target) => new PoolGroup(world, `${path}/${target}`, target, limit));
    this.poolOf = Int32Array.from(world.classes, ({ username }) => poolOf(options, targets, username));
    this.loansOf = Int32Array.from(world.classes, ({ queries }) =>
      lendsPerQuery(options) ? queries : Math.min(1, queries),
    );
    for (const [at, pool] of this.pools.entries()) pool.kind = Math.max(0, this.poolOf.indexOf(at));
    this.busy = new Shortage(this, world.sim, "workers-all-busy", { workers: options.workers });
    this.full = new Shortage(this, world.sim, "queue-full", { limit: options.queue });
  }

  /** Looks up the databases. */
  connect(): void {
    for (const pool of this.pools) pool.connect(this.world);
  }

  /** A request finds all workers of its pod busy; returns the journal entry that says so. */
  runOutOfWorkers(request: RequestId, pod: JournalId): JournalId {
    return this.busy.strike(this.latestTrouble, pod, this.sim.requests.origin[request]!);
  }

  /** A request finds the line of its pod full; returns the journal entry that says so. */
  runOutOfRoom(request: RequestId): JournalId {
    return this.full.strike(this.busy.latest, NONE, this.sim.requests.origin[request]!);
  }
}

function lendsPerQuery({ to, pool }: ServiceOptions): boolean {
  return to !== undefined && pool.kind !== "per-request" && pool.acquire === "per-query";
}

function targetsOf({ to }: ServiceOptions): string[] {
  if (to === undefined) return [];
  return typeof to === "string" ? [to] : [...new Set(Object.values(to))];
}

function poolOf({ to }: ServiceOptions, targets: readonly string[], username: string): number {
  if (to === undefined) return NO_POOL;
  if (typeof to === "string") return 0;
  const target = Object.hasOwn(to, username) ? to[username] : undefined;
  return target === undefined ? UNKNOWN_USER : targets.indexOf(target);
}
