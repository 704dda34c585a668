import { Connections } from "../models/connection/connections.ts";
import { type Address, Host } from "../models/host.ts";
import { type RequestClass, usualStatement } from "../models/load/request-class.ts";
import { Dns, type DnsOptions } from "../models/network/dns.ts";
import { Network, type NetworkOptions } from "../models/network/network.ts";
import { UNLIMITED } from "../models/network/nic.ts";
import { NetworkNode, type NodeOptions } from "../models/network/node.ts";
import type { World } from "../models/world.ts";
import type { Component } from "../sim/component.ts";
import { Constant } from "../sim/distribution/constant.ts";
import { type JournalId, NONE } from "../sim/record/journal.ts";
import type { RequestId, Verb } from "../sim/requests.ts";
import { OK, type Outcome, REFUSED } from "../sim/service.ts";
import { Simulation, type SimulationOptions } from "../sim/simulation.ts";
import type { Micros } from "../sim/time.ts";

/** What a test may say about its world; what it leaves out is without limit and takes no time. */
export interface TestWorldOptions extends Partial<SimulationOptions> {
  /** Names of the zones. Default: "a", "b", "c". */
  zones?: readonly string[];
  /** Nodes named "1", "2", ...; each stands in zone 0 of group "nodes" unless it says otherwise. */
  nodes?: readonly Partial<NodeOptions>[];
  /** Default: one class "read" of one statement. */
  classes?: readonly Partial<RequestClass>[];
  network?: Partial<NetworkOptions>;
  dns?: Partial<DnsOptions>;
  /** The most replicas of each deployment, by path. Default 1. */
  replicas?: Readonly<Record<string, number>>;
}

/** A real world with nothing in it yet but nodes, wires and names. */
export function testWorld(options: TestWorldOptions = {}): TestWorld {
  return new TestWorld(options);
}

export class TestWorld implements World {
  readonly sim: Simulation;
  readonly nodes: NetworkNode[];
  readonly network: Network;
  readonly connections = new Connections();
  readonly zones: readonly string[];
  readonly classes: readonly RequestClass[];
  readonly dns: Dns;
  /** Components that `find` knows by another name than their own path. */
  readonly components = new Map<string, Component>();
  /** Options of components that others look up before those are built. */
  readonly settings = new Map<string, object>();
  private readonly replicas: Readonly<Record<string, number>>;

  constructor(options: TestWorldOptions) {
    this.sim = new Simulation({ ...options, seed: options.seed ?? "1" });
    this.zones = options.zones ?? ["a", "b", "c"];
    this.classes = (options.classes ?? [{}]).map((given) => {
      return { ...CLASS, sql: usualStatement(given.writes ?? false), ...given };
    });
    this.replicas = options.replicas ?? {};
    this.nodes = (options.nodes ?? []).map((given, at) => {
      return new NetworkNode(this.sim, `${at + 1}`, { ...NODE, ...given });
    });
    this.network = new Network(this.sim, this.nodes, { ...NETWORK, ...options.network });
    this.network.watch(this.connections);
    this.dns = new Dns(this, { ...DNS, ...options.dns });
  }

  find(path: string): Component {
    const component = this.components.get(path) ?? this.sim.components.find((candidate) => candidate.path === path);
    if (component === undefined) throw new Error(`the test's world has no "${path}"`);
    return component;
  }

  /** What a counter stands at. */
  count(path: string, name: string): number {
    const { counters, counts } = this.sim.record;
    const index = counters.findIndex((metric) => metric.path === path && metric.name === name);
    if (index < 0) throw new Error(`"${path}" counts no "${name}"`);
    return counts[index]!;
  }

  replicasOf(path: string): number {
    return this.replicas[path] ?? 1;
  }
}

/** Sends requests and writes down when each answer was back, how it ended and because of what. */
export class TestClient extends Host {
  readonly answers: { at: Micros; outcome: Outcome }[] = [];
  readonly becauses: JournalId[] = [];

  /** Sends a request of so many bytes each way. */
  ask(to: Address, verb: Verb, bytesIn = 100, bytesOut = 100, origin = NONE): RequestId {
    const { requests } = this.sim;
    const request = requests.open(this.now, verb);
    requests.bytesIn[request] = bytesIn;
    requests.bytesOut[request] = bytesOut;
    requests.origin[request] = origin;
    this.send(to, request);
    return request;
  }

  override resume(request: RequestId, outcome: Outcome): void {
    this.answers.push({ at: this.now, outcome });
    this.becauses.push(this.sim.requests.because[request]!);
    this.sim.requests.close(request);
  }

  /** Nobody calls a client. */
  receive(request: RequestId): void {
    this.reply(request, REFUSED);
  }
}

/** Answers every request at once, in the same way. */
export class TestServer extends Host {
  readonly arrivals: Micros[] = [];
  outcome: Outcome = OK;

  receive(request: RequestId): void {
    this.arrivals.push(this.now);
    this.reply(request, this.outcome);
  }
}

const NODE: NodeOptions = {
  zone: 0,
  group: "nodes",
  maxPods: 110,
  bandwidth: UNLIMITED,
  linkLocal: Number.POSITIVE_INFINITY,
  nf_conntrack_tcp_timeout_established: 432_000_000_000,
  nf_conntrack_tcp_timeout_time_wait: 120_000_000,
};

const NETWORK: NetworkOptions = {
  latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 0 },
  jitter: 0,
  tcp_syn_retries: 6,
  tcp_syn_linear_timeouts: 0,
  tcp_tw_reuse: 2,
  tcp_max_tw_buckets: 131_072,
  CONFIG_HZ: 0,
};

const DNS: DnsOptions = { serviceTime: new Constant(0), timeout: 5_000_000, attempts: 2, packets: 2 };

const NOTHING = new Constant(0);

const CLASS = {
  name: "read",
  username: "app",
  queries: 1,
  writes: false,
  locks: "",
  transaction: false,
  pageReads: 0,
  priority: 0,
  steps: [],
  demands: { cpu: NOTHING, work: NOTHING, waits: NOTHING, request: NOTHING, reply: NOTHING },
};
