import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { Shortage } from "../pool/shortage.ts";
import { type Endpoint, endpointsOf } from "../proxy/endpoint.ts";
import type { World } from "../world.ts";
import type { Algorithm } from "./balance.ts";
import { ServerStats } from "./server-stats.ts";

/** What makes HAProxy retry a request (`retry-on`). */
export type RetryOn = "conn-failure" | "empty-response" | "response-timeout" | "500" | "502" | "503" | "504";

/** A line `server` of a backend. */
interface ServerOptions {
  readonly server: string;
  readonly weight: number;
  /** 0 is no limit, of both. */
  readonly maxconn: number;
  readonly maxqueue: number;
  readonly backup: boolean;
  readonly check: boolean;
  readonly inter: Micros;
  readonly fall: number;
  readonly rise: number;
}

/** What an HAProxy is told, under its own names. */
export interface HaproxyOptions {
  readonly servers: readonly ServerOptions[];
  readonly balance: Algorithm;
  /** Undefined is for ever; without `queue` it is as `connect`. */
  readonly timeout: { readonly [of in "connect" | "queue" | "server"]?: Micros | undefined };
  readonly retries: number;
  /** 0 is no redispatch. */
  readonly redispatch: number;
  readonly "retry-on": readonly RetryOn[];
  readonly abortonclose: boolean;
  readonly nbthread: number;
  readonly cpu: Distribution;
}

/** One address of a server of the backend. */
export interface ServerAddress {
  readonly endpoint: Endpoint;
  readonly options: ServerOptions;
  readonly stats: ServerStats;
}

/** What the pods of one HAProxy deployment have in common: the servers of the backend, and what they write down. */
export class HaproxyGroup extends Component {
  readonly options: HaproxyOptions;
  addresses: readonly ServerAddress[] = [];
  /** Requests that wait in front of the backend. */
  readonly qcur: Gauge;
  /** How long requests waited for a slot. */
  readonly qtime: Histogram;
  readonly retried: Counter;
  private readonly world: World;
  private readonly stats: readonly ServerStats[];
  private readonly full: Shortage;
  private readonly queueTimeout: Shortage;
  private readonly connectFailed: Shortage;
  private readonly serverFailed: Shortage;
  private readonly noServer: Shortage;
  private readonly busy: Shortage;
  /** What went wrong with a server last. */
  private latestTrouble: JournalId = NONE;

  constructor(world: World, path: string, options: HaproxyOptions) {
    super(world.sim, `${path}/backend`);
    const { sim } = world;
    this.world = world;
    this.options = options;
    this.stats = options.servers.map(({ server }) => new ServerStats(world, `${path}/${server}`));
    this.qcur = sim.record.gauge(this, "qcur", "requests");
    this.qtime = sim.record.histogram(this, "qtime", "ms");
    this.retried = sim.record.counter(this, "wretr", "retries");
    const maxconn = options.servers.reduce((sum, server) => sum + server.maxconn, 0);
    this.full = new Shortage(this, sim, "maxconn-reached", { maxconn });
    this.queueTimeout = new Shortage(this, sim, "timeout-queue", {});
    this.connectFailed = new Shortage(this, sim, "connection-fails", {});
    this.serverFailed = new Shortage(this, sim, "server-fails", {});
    this.noServer = new Shortage(this, sim, "no-server-available", {});
    this.busy = new Shortage(this, sim, "threads-busy", {});
  }

  /** Looks up the servers; a name may stand for several addresses, as with server-template. */
  connect(): void {
    const all = this.options.servers.flatMap((options, at) => {
      const stats = this.stats[at]!;
      return endpointsOf(this.world, options.server).map((endpoint) => Object.freeze({ endpoint, options, stats }));
    });
    this.addresses = Object.freeze(all);
  }

  /** A request finds no slot and waits; returns the journal entry that says so. */
  queue(request: RequestId, pod: JournalId): JournalId {
    return this.full.strike(this.latestTrouble, pod, this.originOf(request));
  }

  /** A request has waited for a slot as long as it may, or finds the queue full. */
  leaveQueue(request: RequestId): JournalId {
    return this.queueTimeout.strike(this.causeOf(request), NONE, this.originOf(request));
  }

  /** A server cannot be reached. */
  failToConnect(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.connectFailed.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** A server that was reached has not answered. */
  failToAnswer(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.serverFailed.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** There is no server that is up. */
  findNone(request: RequestId, pod: JournalId): JournalId {
    const down = Math.max(NONE, ...this.stats.map(({ latest }) => latest));
    return this.noServer.strike(down, pod, this.originOf(request));
  }

  /** A request has to wait for its thread. */
  wait(request: RequestId, pod: JournalId): JournalId {
    return this.busy.strike(NONE, pod, this.originOf(request));
  }

  private causeOf(request: RequestId): JournalId {
    return this.sim.requests.because[request]!;
  }

  private originOf(request: RequestId): JournalId {
    return this.sim.requests.origin[request]!;
  }
}
