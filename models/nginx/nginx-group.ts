import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { Shortage } from "../pool/shortage.ts";
import { type Endpoint, endpointsOf } from "../proxy/endpoint.ts";
import type { World } from "../world.ts";
import type { PeerOptions } from "./round-robin.ts";
import { UpstreamServer } from "./upstream-server.ts";

/** When nginx passes a request to the next server. */
export type NextUpstream = "error" | "timeout" | "http_500" | "http_502" | "http_503" | "http_504" | "non_idempotent";

/** What an nginx is told, under its own names. */
export interface NginxOptions {
  readonly upstream: readonly (PeerOptions & { readonly server: string })[];
  readonly zone: boolean;
  readonly keepalive: number;
  readonly keepalive_timeout: Micros;
  readonly worker_processes: number;
  readonly worker_connections: number;
  readonly proxy_connect_timeout: Micros;
  readonly proxy_read_timeout: Micros;
  readonly proxy_next_upstream: readonly NextUpstream[];
  readonly proxy_next_upstream_tries: number;
  readonly proxy_next_upstream_timeout: Micros;
  readonly cpu: Distribution;
  readonly machine?: string | undefined;
}

/** What the pods of one nginx deployment have in common: its upstream, and what they write down together. */
export class NginxGroup extends Component {
  readonly options: NginxOptions;
  /** By address: where it is, which entry of the upstream names it, and what the configuration says of it. */
  endpoints: readonly Endpoint[] = [];
  entries: readonly UpstreamServer[] = [];
  peers: readonly PeerOptions[] = [];
  /** Requests that were sent to more than one server. */
  readonly retried: Counter;
  private readonly world: World;
  private readonly servers: readonly UpstreamServer[];
  private readonly noLive: Shortage;
  private readonly failing: Shortage;
  private readonly timingOut: Shortage;
  private readonly exhausted: Shortage;
  private readonly busy: Shortage;
  /** Why an upstream server failed last. */
  private latestTrouble: JournalId = NONE;

  constructor(world: World, path: string, options: NginxOptions) {
    super(world.sim, `${path}/pods`);
    this.world = world;
    this.options = options;
    this.servers = options.upstream.map(({ server }) => new UpstreamServer(world, `${path}/${server}`));
    this.retried = world.sim.record.counter(this, "retried", "requests");
    const { worker_connections } = options;
    this.noLive = new Shortage(this, world.sim, "no-live-upstreams", {});
    this.failing = new Shortage(this, world.sim, "upstream-fails", {});
    this.timingOut = new Shortage(this, world.sim, "upstream-times-out", {});
    this.exhausted = new Shortage(this, world.sim, "worker_connections-not-enough", { worker_connections });
    this.busy = new Shortage(this, world.sim, "workers-busy", {});
  }

  /** Looks up the upstream servers; a name may stand for several addresses. */
  connect(): void {
    const all = this.options.upstream.flatMap((options, entry) =>
      endpointsOf(this.world, options.server).map((endpoint) => ({ endpoint, entry: this.servers[entry]!, options })),
    );
    this.endpoints = Object.freeze(all.map(({ endpoint }) => Object.freeze(endpoint)));
    this.entries = Object.freeze(all.map(({ entry }) => entry));
    this.peers = Object.freeze(all.map(({ options }) => options));
  }

  /** A server has not answered; returns the journal entry that says so, or what is known to be the cause of it. */
  fail(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.failing.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** A server has not answered in time. */
  timeOut(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.timingOut.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** There is no server to ask. */
  findNone(request: RequestId, pod: JournalId): JournalId {
    const disabled = Math.max(NONE, ...this.servers.map(({ latest }) => latest));
    return this.noLive.strike(disabled, pod, this.originOf(request));
  }

  /** A worker has no connection left. */
  runOutOfConnections(request: RequestId, pod: JournalId): JournalId {
    return this.exhausted.strike(this.latestTrouble, pod, this.originOf(request));
  }

  /** A request has to wait for its worker. */
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
