import { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { Shortage } from "../pool/shortage.ts";
import type { World } from "../world.ts";
import { ClusterMembers } from "./cluster-members.ts";
import type { EnvoyOptions } from "./envoy-options.ts";
import { UpstreamHost } from "./upstream-host.ts";

/** What the pods of one Envoy deployment have in common: the hosts of their cluster, and its statistics, summed. */
export class EnvoyGroup extends Component {
  readonly options: EnvoyOptions;
  readonly members: ClusterMembers;
  hosts: readonly UpstreamHost[] = [];
  readonly counts: Statistics;
  readonly rqActive: Gauge;
  readonly rqPending: Gauge;
  readonly cxActive: Gauge;
  readonly ejections: Gauge;
  private readonly world: World;
  private readonly cluster: string;
  private readonly overflow: Shortage;
  /** How often a request is tried again at most. */
  num_retries: number;
  private readonly retryOverflow: Shortage;
  private readonly failing: Shortage;
  private readonly timingOut: Shortage;
  private readonly noHost: Shortage;
  private readonly busy: Shortage;
  private readonly panic: Shortage;
  /** What went wrong with a host last. */
  latestTrouble: JournalId = NONE;

  constructor(world: World, path: string, options: EnvoyOptions) {
    super(world.sim, `${path}/cluster`);
    const { sim } = world;
    const { max_connections, max_pending_requests, max_requests, max_retries } = options.circuit_breakers;
    this.world = world;
    this.cluster = path;
    this.options = options;
    this.num_retries = options.retry_policy === "off" ? 0 : options.retry_policy.num_retries;
    this.members = new ClusterMembers(world, `${path}/endpoints`, options.endpointPropagation);
    this.counts = statistics((name, unit) => sim.record.counter(path, name, unit));
    this.rqActive = sim.record.gauge(path, "upstream_rq_active", "requests");
    this.rqPending = sim.record.gauge(path, "upstream_rq_pending_active", "requests");
    this.cxActive = sim.record.gauge(path, "upstream_cx_active", "connections");
    this.ejections = sim.record.gauge(path, "ejections_active", "hosts");
    const limits = { max_connections, max_pending_requests, max_requests };
    this.overflow = new Shortage(this, sim, "circuit-breaker-open", limits);
    this.retryOverflow = new Shortage(this, sim, "retries-overflow", { max_retries });
    this.failing = new Shortage(this, sim, "host-fails", {});
    this.timingOut = new Shortage(this, sim, "host-times-out", {});
    this.noHost = new Shortage(this, sim, "no-healthy-upstream", {});
    this.busy = new Shortage(this, sim, "workers-busy", {});
    this.panic = new Shortage(this, sim, "healthy-panic", { threshold: options.healthy_panic_threshold });
  }

  /** Looks up the hosts. */
  connect(): void {
    this.members.connect(this.world, this.options.to);
    this.hosts = this.members.addresses.map(({ path }) => new UpstreamHost(this.world, `${this.cluster}/${path}`));
  }

  /** A circuit breaker is open; returns the journal entry that says so. */
  overflowBy(request: RequestId, pod: JournalId): JournalId {
    return this.overflow.strike(this.latestTrouble, pod, this.originOf(request));
  }

  /** A request would be tried again, but too many are already. */
  overflowByRetry(request: RequestId, pod: JournalId): JournalId {
    return this.retryOverflow.strike(this.causeOf(request), pod, this.originOf(request));
  }

  /** A host has refused, broken off or answered with a failure. */
  fail(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.failing.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** A host has not answered in time. */
  timeOut(request: RequestId, pod: JournalId): JournalId {
    this.latestTrouble = this.timingOut.strike(this.causeOf(request), pod, this.originOf(request));
    return this.latestTrouble;
  }

  /** There is no host to ask. */
  findNone(request: RequestId, pod: JournalId): JournalId {
    const ejected = Math.max(this.latestTrouble, ...this.hosts.map(({ latest }) => latest));
    return this.noHost.strike(ejected, pod, this.originOf(request));
  }

  /** Too few hosts are healthy, so that all of them are used. */
  inPanic(request: RequestId, pod: JournalId): void {
    this.counts.lb_healthy_panic.add();
    const ejected = Math.max(NONE, ...this.hosts.map(({ latest }) => latest));
    this.panic.strike(ejected, pod, this.originOf(request));
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

type Statistics = ReturnType<typeof statistics>;

/** Counters under the names of Envoy's cluster statistics. */
function statistics(counter: (name: string, unit: string) => Counter) {
  return {
    upstream_rq_total: counter("upstream_rq_total", "requests"),
    upstream_rq_pending_overflow: counter("upstream_rq_pending_overflow", "requests"),
    upstream_rq_retry: counter("upstream_rq_retry", "retries"),
    upstream_rq_retry_overflow: counter("upstream_rq_retry_overflow", "retries"),
    upstream_rq_retry_limit_exceeded: counter("upstream_rq_retry_limit_exceeded", "retries"),
    upstream_rq_timeout: counter("upstream_rq_timeout", "requests"),
    upstream_rq_per_try_timeout: counter("upstream_rq_per_try_timeout", "requests"),
    upstream_cx_total: counter("upstream_cx_total", "connections"),
    upstream_cx_overflow: counter("upstream_cx_overflow", "connections"),
    upstream_cx_connect_fail: counter("upstream_cx_connect_fail", "connections"),
    upstream_cx_none_healthy: counter("upstream_cx_none_healthy", "requests"),
    lb_healthy_panic: counter("lb_healthy_panic", "requests"),
    ejections_enforced_total: counter("ejections_enforced_total", "hosts"),
    ejections_overflow: counter("ejections_overflow", "hosts"),
  };
}
