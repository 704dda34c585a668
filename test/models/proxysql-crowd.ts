import * as z from "zod";
import { CONNECTING, type ConnectionId, IDLE } from "../../models/connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../../models/host.ts";
import { mysql } from "../../models/mysql/kind.ts";
import { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { BackendConnections } from "../../models/proxysql/backend-connections.ts";
import type { BackendServer } from "../../models/proxysql/backend-server.ts";
import { Catalog } from "../../models/proxysql/catalog.ts";
import { ClientSessions } from "../../models/proxysql/client-sessions.ts";
import { ProxysqlPod } from "../../models/proxysql/proxysql-pod.ts";
import { mysqlQueryRules } from "../../models/proxysql/query-rules.ts";
import { statementsOf } from "../../models/proxysql/routes.ts";
import {
  mysqlHostgroupAttributes,
  mysqlReplicationHostgroups,
  mysqlServers,
  mysqlUsers,
  proxysqlServers,
} from "../../models/proxysql/tables.ts";
import { model, variables } from "../../models/proxysql/variables.ts";
import { LOGIN, QUERY } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import { type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";

/** No step of a test takes so many; more of them are a loop without end. */
const EVENTS_LIMIT = 500_000;

const settings = z.strictObject({
  variables: variables.prefault({}),
  model: model.prefault({}),
  mysql_servers: mysqlServers.prefault([{ hostname: "db" }]),
  mysql_users: mysqlUsers.prefault([{ username: "app" }]),
  mysql_query_rules: mysqlQueryRules,
  mysql_replication_hostgroups: mysqlReplicationHostgroups,
  mysql_hostgroup_attributes: mysqlHostgroupAttributes,
  proxysql_servers: proxysqlServers,
});

/** What a test says about its databases and its proxies; what it leaves out is as the products have it. */
export interface Setting {
  world?: TestWorldOptions;
  /** The databases by path. Default: one at "db". */
  databases?: Record<string, z.input<typeof mysql.options>>;
  /** Builds other hosts, before the proxies look for their servers. */
  others?: (world: TestWorld) => void;
  proxysql?: z.input<typeof settings>;
  pods?: number;
}

export interface Stage {
  world: TestWorld;
  databases: Record<string, MysqlServer>;
  pods: ProxysqlPod[];
  /** The first server of the first pod. */
  server: BackendServer;
  crowd: Crowd;
  /** Lets the time pass until so many seconds after the beginning. */
  at(seconds: number): void;
  /** The value of a gauge or a counter now. */
  value(path: string, name: string): number;
  /** The facts of an entry of the journal and of its first causes, as "component fact". */
  story(entry: JournalId): string[];
}

/** Databases, proxies in front of them that run from time zero on, and people who ask them. */
export function stage(setting: Setting = {}): Stage {
  const world = testWorld({ checkEvery: 1, ...setting.world });
  const databases: Record<string, MysqlServer> = {};
  for (const [path, options] of Object.entries(setting.databases ?? { db: {} })) {
    databases[path] = new MysqlServer(world, path, mysql.options.parse(options));
  }
  setting.others?.(world);
  const options = settings.parse(setting.proxysql ?? {});
  const tables = { clients: new ClientSessions(), backends: new BackendConnections() };
  const slots = Array.from({ length: setting.pods ?? 1 }, (_, slot) => `proxysql-${slot}`);
  const catalog = new Catalog([options], statementsOf(world, options.mysql_users[0]?.username ?? ""));
  const pods = slots.map((path) => new ProxysqlPod(world, path, options, catalog, tables));
  for (const pod of pods) pod.connect();
  for (const pod of pods) pod.start(NONE);
  const { sim } = world;
  return {
    world,
    databases,
    pods,
    server: pods[0]!.servers[0]!,
    crowd: new Crowd(world, "crowd", pods),
    at: (seconds) => {
      if (!sim.runUntil(Math.round(seconds * 1e6), EVENTS_LIMIT))
        throw new Error(`more than ${EVENTS_LIMIT} events in one step`);
    },
    value: (path, name) => metric(world, path, name),
    story: (entry) => storyOf(world, entry),
  };
}

function metric({ sim }: World, path: string, name: string): number {
  const { gauges, gaugeColumns, counters, counts } = sim.record;
  const gauge = gauges.findIndex((one) => one.path === path && one.name === name);
  if (gauge >= 0) return gaugeColumns.value[gauge]!;
  const counter = counters.findIndex((one) => one.path === path && one.name === name);
  if (counter < 0) throw new Error(`${path} has no ${name}`);
  return counts[counter]!;
}

function storyOf({ sim }: World, entry: JournalId): string[] {
  const story: string[] = [];
  for (let id: JournalId | undefined = entry; id !== undefined && id !== NONE; ) {
    const { component, fact, because }: { component: number; fact: string; because: readonly JournalId[] } =
      sim.journal.entries[id]!;
    story.push(`${sim.components[component]!.path} ${fact}`);
    id = because[0];
  }
  return story;
}

export interface Answer {
  /** When it came, in seconds. */
  at: number;
  /** Time since the question, in seconds. */
  took: number;
  outcome: Outcome;
  because: JournalId;
}

const ARRIVAL = 1;

/** People who ask one query at a time, on a session that nobody uses, or on a new one where there is none. */
class Crowd extends Host implements SessionHolder {
  readonly answers: Answer[] = [];
  /** Sessions on which nothing runs. */
  readonly idle: ConnectionId[] = [];
  /** Sessions on which a query runs. */
  readonly running = new Set<ConnectionId>();
  lost = 0;
  /** How long each query occupies the database, in microseconds. */
  waits = 0;
  /** The class of the queries. */
  kind = 0;
  /** QUERY, or BEGIN, COMMIT or ROLLBACK in its place. */
  verb = QUERY;
  private readonly pods: readonly ProxysqlPod[];
  private gap = new Exponential(1);
  private until = 0;
  private next = 0;

  constructor(world: World, path: string, pods: readonly ProxysqlPod[]) {
    super(world, path, ELSEWHERE);
    this.pods = pods;
  }

  /** Asks at random, so many per second on average, for so many seconds. */
  poisson(perSecond: number, seconds: number): void {
    this.gap = new Exponential(1e6 / perSecond);
    this.until = this.now + seconds * 1e6;
    this.arrive();
  }

  /** So many people ask at this instant. Returns how many. */
  burst(people: number): number {
    for (let person = 0; person < people; person++) this.ask();
    return people;
  }

  ask(): RequestId {
    const { requests } = this.sim;
    const request = requests.open(this.now, this.verb);
    requests.waits[request] = this.waits;
    requests.kind[request] = this.kind;
    const session = this.idle.pop();
    if (session === undefined) this.login(request);
    else this.query(request, session);
    return request;
  }

  /** Those on whose session nothing runs hang up. */
  leave(): void {
    for (const session of this.idle.splice(0)) this.serverOf(session).hangUp(session);
  }

  /** One of those whose query runs hangs up. */
  walkAway(): void {
    for (const session of this.running) {
      this.running.delete(session);
      this.serverOf(session).hangUp(session);
      return;
    }
  }

  /** How many answers of each outcome came from one second to another. */
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
    this.arrive();
  }

  override resume(request: RequestId, outcome: Outcome, query: number): void {
    const { requests } = this.sim;
    if (requests.verb[request] !== LOGIN) {
      this.keep(requests.connection[request]!, outcome);
      this.end(request, outcome);
    } else {
      const because = requests.because[request]!;
      const connection = requests.connection[request]!;
      requests.close(request);
      this.loggedIn(connection, query, outcome, because);
    }
  }

  connectionLost(connection: ConnectionId): void {
    this.lost++;
    this.running.delete(connection);
    const place = this.idle.indexOf(connection);
    if (place >= 0) this.idle.splice(place, 1);
    this.world.connections.forget(connection);
  }

  private arrive(): void {
    if (this.now >= this.until) return;
    this.ask();
    this.after(Math.round(this.gap.draw(this.sim.streams.stream(this.path, "arrivals"))), ARRIVAL);
  }

  private login(query: RequestId): void {
    const { requests } = this.sim;
    const login = requests.open(this.now, LOGIN);
    requests.kind[login] = this.kind;
    requests.connection[login] = this.world.connections.open(this.id, CONNECTING, this.now);
    this.send(this.pods[this.next++ % this.pods.length]!, login, query);
  }

  private loggedIn(connection: ConnectionId, query: RequestId, outcome: Outcome, because: JournalId): void {
    if (outcome !== OK) this.world.connections.forget(connection);
    if (outcome !== OK || !this.world.connections.isAccepted(connection)) {
      this.sim.requests.because[query] = because;
      this.end(query, outcome === OK ? BROKEN : outcome);
      return;
    }
    this.world.connections.become(connection, IDLE);
    this.query(query, connection);
  }

  private query(request: RequestId, session: ConnectionId): void {
    this.sim.requests.connection[request] = session;
    this.running.add(session);
    this.send(this.serverOf(session), request);
  }

  private keep(session: ConnectionId, outcome: Outcome): void {
    if (outcome !== BROKEN && this.running.delete(session)) this.idle.push(session);
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
