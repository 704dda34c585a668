import { expect } from "vitest";
import {
  BORROWED,
  type ConnectionId,
  type ConnectionState,
  IDLE,
  STATES,
} from "../../models/connection/connections.ts";
import { Executor } from "../../models/k6/executor.ts";
import type { Load } from "../../models/load/load.ts";
import { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { Nic } from "../../models/network/nic.ts";
import { Pool } from "../../models/pool/pool.ts";
import { PoolGroup } from "../../models/pool/pool-group.ts";
import { BackendServer } from "../../models/proxysql/backend-server.ts";
import { ProxysqlPod } from "../../models/proxysql/proxysql-pod.ts";
import type { Run } from "../../scenarios/experiment/run.ts";
import type { Component } from "../../sim/component.ts";
import type { RequestId } from "../../sim/requests.ts";

/** Tiers that the table of requests has room for, each with a component and its note. */
const FRAME_WORDS = 2;

/**
 * Counts everything in a world once more, from the tables, and compares it with what its parts say of themselves.
 * It looks into private tables on purpose: nobody else may know them, and a count that a part hands out is its own.
 */
export class Audit {
  private readonly run: Run;
  private readonly mysqls: readonly MysqlServer[];
  private readonly proxies: readonly ProxysqlPod[];
  private readonly backends: readonly BackendServer[];
  private readonly pools: readonly Pool[];
  private readonly groups: readonly PoolGroup[];
  private readonly nics: readonly Nic[];
  private readonly gauges = new Map<string, number>();
  private readonly counters = new Map<string, number>();

  constructor(run: Run) {
    this.run = run;
    const all = <T extends Component>(kind: abstract new (...args: never[]) => T) =>
      run.world.sim.components.filter((one): one is T => one instanceof kind);
    this.mysqls = all(MysqlServer);
    this.proxies = all(ProxysqlPod);
    this.backends = all(BackendServer);
    this.pools = all(Pool);
    this.groups = all(PoolGroup);
    this.nics = all(Nic);
    const { record } = run.world.sim;
    for (const [at, { path, name }] of record.gauges.entries()) this.gauges.set(`${path} ${name}`, at);
    for (const [at, { path, name }] of record.counters.entries()) this.counters.set(`${path} ${name}`, at);
  }

  /** All of it. */
  everything(): void {
    this.run.world.sim.check();
    this.people();
    this.requests();
    this.connections();
    this.owners();
    this.pooled();
    this.bytes();
  }

  /** Everybody who was born is through or still inside, in all, by class and by zone. */
  people(): void {
    const { record } = this.run.world.sim;
    for (const load of this.run.loads) {
      const { inside } = load["people"];
      const born = total(load.goodput.all.born);
      const interrupted = load.source instanceof Executor ? load.source.metrics.interrupted.count : 0;
      const gone = this.counter(load.path, "iterations") + interrupted;
      same(born, gone + inside, `${load.path}: born = through or cut off + inside`);
      const parts = { class: 0, zone: 0, good: 0 };
      for (const [at, { path, name }] of record.cohorts.entries()) {
        const cohort = record.cohortData[at]!;
        if (path === load.path && name !== "goodput") {
          parts.class += total(cohort.born);
          parts.good += total(cohort.good);
        } else if (path.startsWith(`${load.path}/`)) parts.zone += total(cohort.born);
      }
      same(parts.class, born, `${load.path}: born, summed over classes`);
      same(parts.good, total(load.goodput.all.good), `${load.path}: served well, summed over classes`);
      if (parts.zone > 0) same(parts.zone, born, `${load.path}: born, summed over zones`);
    }
  }

  /** Every row of the table is free or holds a request that somebody waits for; attempts are those of the loads. */
  requests(): void {
    const open = this.openRequests();
    const { requests } = this.run.world.sim;
    same(open.length, requests.opened - requests.closed, "requests: opened = closed + in flight");
    const waited = open.filter((request) => requests.depth[request]! > 0).length;
    same(waited, open.length, "requests in flight that somebody waits for");
    for (const load of this.run.loads) {
      same(this.attemptsOf(load, open).length, load.metrics.inFlight.value, `${load.path}: attempts and in_flight`);
    }
  }

  /** Each server's ledger, its gauge and the table of connections are three counts of the same. */
  connections(): void {
    const { connections } = this.run.world;
    const ends = new Map<number, number>();
    for (const connection of this.takenConnections()) {
      const server = connections.server[connection]!;
      ends.set(server, (ends.get(server) ?? 0) + 1);
    }
    for (const server of [...this.mysqls, ...this.proxies]) {
      same(connections.heldAt(server.id), ends.get(server.id) ?? 0, `${server.path}: ledger and table`);
    }
    this.owners();
  }

  /** The owners of connections sum to what each server says it has. */
  owners(): void {
    const { connections } = this.run.world;
    for (const { path, id } of this.mysqls) {
      same(connections.heldAt(id), this.gauge(path, "Threads_connected"), `${path}: owners and Threads_connected`);
    }
    for (const { path, id } of this.proxies) {
      const said = this.gauge(path, "Client_Connections_connected");
      same(connections.heldAt(id), said, `${path}: owners and Client_Connections_connected`);
    }
  }

  /** What is idle for whoever lends connections is idle in the ledgers, and its gauges say how many. */
  pooled(): void {
    const owned = this.owned();
    const ownedBy = (owner: number, state: ConnectionState) => owned[owner * STATES.length + state]!;
    for (const pool of this.pools) {
      same(ownedBy(pool.id, IDLE), pool["idle"].length, `${pool.path}: idle in ledgers and in the pool`);
      const tickets = pool["tickets"];
      const borrowed = tickets.all().filter((ticket) => tickets.connection[ticket]! >= 0).length;
      const opened = tickets.all().filter((ticket) => tickets.login[ticket]! >= 0).length;
      same(pool.size, pool["idle"].length + borrowed + opened, `${pool.path}: size = idle + lent + being opened`);
    }
    for (const group of this.groups) {
      const own = this.pools.filter((pool) => pool["group"] === group);
      const sum = (count: (pool: Pool) => number) => own.reduce((all, pool) => all + count(pool), 0);
      const held = (pool: Pool, of: "connection" | "login") =>
        pool["tickets"].all().filter((ticket) => pool["tickets"][of][ticket]! >= 0).length;
      same(
        this.gauge(group.path, "idle"),
        sum((pool) => pool["idle"].length),
        `${group.path}: idle`,
      );
      same(
        this.gauge(group.path, "pending"),
        sum((pool) => pool["queue"].length),
        `${group.path}: pending`,
      );
      same(
        this.gauge(group.path, "active"),
        sum((pool) => held(pool, "connection")),
        `${group.path}: active`,
      );
      same(
        this.gauge(group.path, "connecting"),
        sum((pool) => held(pool, "login")),
        `${group.path}: connecting`,
      );
    }
    for (const proxy of this.proxies) {
      const own = this.backends.filter((backend) => backend["process"] === proxy);
      const idle = own.reduce((all, { free }) => all + free.length, 0);
      const used = own.reduce((all, { used }) => all + used.length, 0);
      same(ownedBy(proxy.id, IDLE), idle, `${proxy.path}: idle in ledgers and in its pools`);
      expect(ownedBy(proxy.id, BORROWED), `${proxy.path}: in use`).toBeLessThanOrEqual(used);
    }
  }

  /** What was offered to an interface was sent, was dropped, or waits; and the counters say so. */
  bytes(): void {
    for (const nic of this.nics) {
      const { path, offered, sent, dropped, backlog } = nic;
      const error = Math.abs(offered - sent - dropped - backlog);
      expect(error, `${path}: offered = sent + dropped + backlog`).toBeLessThanOrEqual(1 + offered * 1e-9);
      if (offered > 0) same(this.counter(path, "bytes"), offered - dropped, `${path}: bytes let through`);
    }
  }

  /** Requests in flight that somebody of a load has opened, given up or not. */
  get ofPeople(): number {
    const loads = new Set(this.run.loads.map(({ id }) => id));
    return this.openRequests().filter((request) => loads.has(this.openerOf(request))).length;
  }

  /** Attempts of a load that are under way and have not been given up. */
  attemptsOf(load: Load, open = this.openRequests()): RequestId[] {
    const { abandoned } = this.run.world.sim.requests;
    return open.filter((request) => this.openerOf(request) === load.id && abandoned[request] === 0);
  }

  gauge(path: string, name: string): number {
    return this.run.world.sim.record.gaugeColumns.value[this.gauges.get(`${path} ${name}`)!]!;
  }

  /** The integral of a level from the start until now. */
  area(path: string, name: string): number {
    return this.run.world.sim.record.areaOf(this.gauges.get(`${path} ${name}`)!);
  }

  counter(path: string, name: string): number {
    return this.run.world.sim.record.counts[this.counters.get(`${path} ${name}`)!]!;
  }

  private openRequests(): RequestId[] {
    const { requests } = this.run.world.sim;
    const isFree = new Uint8Array(requests.born.length);
    for (const request of requests["free"].subarray(0, requests["freeCount"])) {
      same(isFree[request]!, 0, `request ${request} is free twice`);
      isFree[request] = 1;
    }
    return [...isFree.keys()].filter((request) => isFree[request] === 0);
  }

  private openerOf(request: RequestId): number {
    const { requests } = this.run.world.sim;
    const tiers = requests["frames"].length / FRAME_WORDS / requests.born.length;
    return requests["frames"][request * tiers * FRAME_WORDS]!;
  }

  /** Connections that end at a server, by owner and state: the cell of owner o and state s is at `o * STATES.length + s`. */
  private owned(): Float64Array {
    const { client, server, state } = this.run.world.connections;
    const { components } = this.run.world.sim;
    const owned = new Float64Array(components.length * STATES.length);
    for (const connection of this.takenConnections()) {
      if (server[connection]! >= 0) owned[client[connection]! * STATES.length + state[connection]!]!++;
    }
    return owned;
  }

  /** Rows of the table of connections that are not free. */
  private takenConnections(): ConnectionId[] {
    const { connections } = this.run.world;
    const isFree = new Uint8Array(connections.server.length);
    for (const connection of connections["free"].subarray(0, connections["freeCount"])) {
      same(isFree[connection]!, 0, `connection ${connection} is free twice`);
      isFree[connection] = 1;
    }
    return [...isFree.keys()].filter((connection) => isFree[connection] === 0);
  }
}

function total(column: Float64Array): number {
  let sum = 0;
  for (const each of column) sum += each;
  return sum;
}

/** As `expect`, which is too slow for millions of comparisons that hold. */
function same(one: number, other: number, what: string): void {
  if (one !== other) expect(one, what).toBe(other);
}
