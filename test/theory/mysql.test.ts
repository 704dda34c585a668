import { expect, test } from "vitest";
import { CONNECTING, type ConnectionId } from "../../models/connection/connections.ts";
import { type Address, Host, type SessionServer } from "../../models/host.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { LOGIN, QUERY } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { gamma } from "../../sim/distribution/gamma.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { testWorld } from "../world.ts";
import { BATCHES, expectTheory } from "./batch-means.ts";
import { erlangB } from "./formulas.ts";

const ARRIVAL = 1;

/** People who come at random, each for one session with one statement. */
class Crowd extends Host {
  refused = 0;
  served = 0;
  time = 0;
  private readonly gap: Exponential;
  private readonly demand: Distribution;
  private readonly column: "work" | "waits";
  private readonly db: Address & Host & SessionServer;

  constructor(world: World, db: MysqlServer, perSecond: number, column: "work" | "waits", demand: Distribution) {
    super(world, "crowd", ELSEWHERE);
    this.db = db;
    this.gap = new Exponential(SECOND / perSecond);
    this.demand = demand;
    this.column = column;
    this.after(0, ARRIVAL);
  }

  override receive(): void {}

  override on(): void {
    this.after(Math.round(this.gap.draw(this.sim.streams.stream("crowd", "gap"))), ARRIVAL);
    const login = this.sim.requests.open(this.now, LOGIN);
    this.sim.requests.connection[login] = this.world.connections.open(this.id, CONNECTING, this.now);
    this.send(this.db, login);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const connection = requests.connection[request]!;
    if (requests.verb[request] === LOGIN && outcome === OK) this.ask(connection);
    else if (outcome === OK) this.leave(request, connection);
    else {
      this.refused++;
      this.world.connections.forget(connection);
    }
    requests.close(request);
  }

  private ask(connection: ConnectionId): void {
    const query = this.sim.requests.open(this.now, QUERY);
    this.sim.requests.connection[query] = connection;
    this.sim.requests[this.column][query] = Math.round(this.demand.draw(this.sim.streams.stream("crowd", "demand")));
    this.send(this.db, query);
  }

  private leave(query: RequestId, connection: ConnectionId): void {
    this.served++;
    this.time += this.now - this.sim.requests.born[query]!;
    this.db.hangUp(connection);
  }
}

interface Batch {
  readonly refusedShare: number;
  readonly meanTime: number;
}

/** What happened in each of twenty stretches of a run, after one that is left out. */
function crowd(
  options: object,
  perSecond: number,
  column: "work" | "waits",
  demand: Distribution,
  seconds: number,
): Batch[] {
  const world = testWorld({ seed: "theory" });
  const db = mysql.build(world, "db", mysql.options.parse(options)).component as MysqlServer;
  const people = new Crowd(world, db, perSecond, column, demand);
  const batches: Batch[] = [];
  for (let batch = 0; batch <= BATCHES; batch++) {
    const { refused, served, time } = people;
    world.sim.runUntil((batch + 1) * seconds * SECOND);
    const [more, through] = [people.refused - refused, people.served - served];
    if (batch > 0) batches.push({ refusedShare: more / (more + through), meanTime: (people.time - time) / through });
  }
  return batches;
}

test("a connection limit without a queue refuses the share that Erlang B says: 151 slots, 200 and 151 erlangs", () => {
  for (const [erlangs, expected] of [
    [151, 0.062205],
    [200, 0.258482],
  ] as const) {
    expect(erlangB(151, erlangs)).toBeCloseTo(expected, 6);
    const batches = crowd({ max_connections: 151 }, erlangs * 20, "waits", new Exponential(50 * MILLISECOND), 10);
    expectTheory(
      batches.map(({ refusedShare }) => refusedShare),
      expected,
    );
  }
});

test("Erlang B does not care how service times are spread", () => {
  const batches = crowd({ max_connections: 10 }, 160, "waits", gamma(50 * MILLISECOND, 2), 100);
  expectTheory(
    batches.map(({ refusedShare }) => refusedShare),
    erlangB(10, 8),
  );
});

test("processor sharing on one core at 80 % answers in five times the work, however it is spread", () => {
  for (const demand of [new Exponential(10 * MILLISECOND), gamma(10 * MILLISECOND, 2)]) {
    const batches = crowd({ cores: 1, max_connections: 100_000 }, 80, "work", demand, 400);
    expectTheory(
      batches.map(({ meanTime }) => meanTime),
      50 * MILLISECOND,
    );
  }
});
