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

function crowd(options: object, perSecond: number, column: "work" | "waits", demand: Distribution, seconds: number) {
  const world = testWorld();
  const db = mysql.build(world, "db", mysql.options.parse(options)).component as MysqlServer;
  const people = new Crowd(world, db, perSecond, column, demand);
  world.sim.runUntil(seconds * SECOND);
  return people;
}

test("a connection limit without a queue refuses the share that Erlang B says: 151 slots, 200 and 140 erlangs", () => {
  for (const [erlangs, expected] of [
    [140, 0.025509],
    [200, 0.258482],
  ] as const) {
    expect(erlangB(151, erlangs)).toBeCloseTo(expected, 6);
    const { refused, served } = crowd(
      { max_connections: 151 },
      erlangs * 20,
      "waits",
      new Exponential(50 * MILLISECOND),
      400,
    );
    const share = refused / (refused + served);
    expect(Math.abs(share / expected - 1)).toBeLessThan(erlangs === 140 ? 0.05 : 0.01);
  }
});

test("Erlang B does not care how service times are spread", () => {
  const { refused, served } = crowd({ max_connections: 10 }, 160, "waits", gamma(50 * MILLISECOND, 2), 2000);
  expect(Math.abs(refused / (refused + served) / erlangB(10, 8) - 1)).toBeLessThan(0.02);
});

test("processor sharing on one core at 80 % answers in five times the work, however it is spread", () => {
  for (const demand of [new Exponential(10 * MILLISECOND), gamma(10 * MILLISECOND, 2)]) {
    const { time, served } = crowd({ cores: 1, max_connections: 100_000 }, 80, "work", demand, 4000);
    expect(Math.abs(time / served / (50 * MILLISECOND) - 1)).toBeLessThan(0.03);
  }
});
