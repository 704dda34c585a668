import * as z from "zod";
import { CONNECTING, type ConnectionId, IDLE } from "../../models/connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../../models/host.ts";
import { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { mysql } from "../../models/mysql/kind.ts";
import { BackendConnections } from "../../models/proxysql/backend-connections.ts";
import { ClientSessions } from "../../models/proxysql/client-sessions.ts";
import { ProxysqlPod } from "../../models/proxysql/proxysql-pod.ts";
import { mysqlServers, mysqlUsers } from "../../models/proxysql/tables.ts";
import { model, variables } from "../../models/proxysql/variables.ts";
import { LOGIN, QUERY } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { type TestWorldOptions, TestWorld, testWorld } from "../world.ts";

const settings = z.strictObject({
  variables: variables.prefault({}),
  model: model.prefault({}),
  mysql_servers: mysqlServers.prefault([{ hostname: "db" }]),
  mysql_users: mysqlUsers.prefault([{ username: "app" }]),
});

/** What a test says about its database and its proxies; what it leaves out is as the products have it. */
export interface Setting {
  world?: TestWorldOptions;
  db?: z.input<typeof mysql.options>;
  proxysql?: z.input<typeof settings>;
  pods?: number;
}

export interface Stage {
  world: TestWorld;
  db: MysqlServer;
  pods: ProxysqlPod[];
  crowd: Crowd;
  seconds(until: number): void;
}

/** A database, proxies in front of it that run from time zero on, and people who ask them. */
export function stage({ world: given = {}, db = {}, proxysql = {}, pods: count = 1 }: Setting = {}): Stage {
  const world = testWorld(given);
  const server = new MysqlServer(world, "db", mysql.options.parse(db) as never);
  const options = settings.parse(proxysql);
  const tables = { clients: new ClientSessions(), backends: new BackendConnections() };
  const pods = Array.from({ length: count }, (_, slot) => new ProxysqlPod(world, `proxysql-${slot}`, options, tables));
  for (const pod of pods) {
    pod.connect();
    pod.start(NONE);
  }
  const seconds = (until: number): void => void world.sim.runUntil(until * 1e6);
  return { world, db: server, pods, crowd: new Crowd(world, "crowd", pods), seconds };
}

const ARRIVAL = 1;

export interface Answer {
  at: number;
  /** Time from the question to the answer, in seconds. */
  took: number;
  outcome: Outcome;
  because: number;
}

/** People who ask one query each, on a session that nobody else uses at the time, and open one if there is none. */
export class Crowd extends Host implements SessionHolder {
  readonly answers: Answer[] = [];
  readonly idle: ConnectionId[] = [];
  lost = 0;
  waits = 0;
  kind = 0;
  private readonly pods: readonly ProxysqlPod[];
  private gap: Exponential | undefined;
  private until = 0;
  private next = 0;

  constructor(world: World, path: string, pods: readonly ProxysqlPod[]) {
    super(world, path, ELSEWHERE);
    this.pods = pods;
  }

  /** Asks at random, so many per second on average, for as long as that. */
  poisson(perSecond: number, seconds: number): void {
    this.gap = new Exponential(1e6 / perSecond);
    this.until = this.now + seconds * 1e6;
    this.on(ARRIVAL);
  }

  /** So many ask now. */
  burst(people: number, waits = this.waits): void {
    for (let person = 0; person < people; person++) this.ask(waits);
  }

  ask(waits = this.waits): void {
    const { requests } = this.sim;
    const request = requests.open(this.now, QUERY);
    requests.waits[request] = waits;
    requests.kind[request] = this.kind;
    const session = this.idle.pop();
    if (session !== undefined) this.query(request, session);
    else this.login(request);
  }

  /** Everybody whose query is not running hangs up. */
  leave(people = this.idle.length): void {
    for (const session of this.idle.splice(0, people)) this.serverOf(session).hangUp(session);
  }

  outcomes(from = 0, to = Number.POSITIVE_INFINITY): Record<Outcome, number> {
    const counts: Record<Outcome, number> = {};
    for (const { at, outcome } of this.answers) {
      if (at >= from && at < to) counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  }

  override receive(): void {
    throw new Error("nobody calls a crowd");
  }

  override on(_arrival: number): void {
    if (this.now >= this.until) return;
    this.ask();
    this.after(Math.round(this.gap!.draw(this.sim.streams.stream(this.path, "arrivals"))), ARRIVAL);
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    const { requests } = this.sim;
    const connection = requests.connection[request]!;
    if (requests.verb[request] === QUERY) {
      if (this.world.connections.isAccepted(connection) && outcome !== 5) this.idle.push(connection);
      this.end(request, outcome);
      return;
    }
    const because = requests.because[request]!;
    requests.close(request);
    if (outcome === OK) {
      this.world.connections.become(connection, IDLE);
      this.query(note, connection);
    } else {
      this.world.connections.forget(connection);
      requests.because[note] = because;
      this.end(note, outcome);
    }
  }

  connectionLost(connection: ConnectionId): void {
    this.lost++;
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.world.connections.forget(connection);
  }

  private login(request: RequestId): void {
    const { requests } = this.sim;
    const login = requests.open(this.now, LOGIN);
    requests.kind[login] = this.kind;
    requests.connection[login] = this.world.connections.open(this.id, CONNECTING, this.now);
    this.send(this.pods[this.next++ % this.pods.length]!, login, request);
  }

  private query(request: RequestId, session: ConnectionId): void {
    this.sim.requests.connection[request] = session;
    this.send(this.serverOf(session), request);
  }

  private end(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const took = (this.now - requests.born[request]!) / 1e6;
    this.answers.push({ at: this.now / 1e6, took, outcome, because: requests.because[request]! });
    requests.close(request);
  }

  private serverOf(session: ConnectionId): Host & SessionServer {
    return this.sim.components[this.world.connections.server[session]!] as Host & SessionServer;
  }
}
