import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { type ConnectionId, type Connections, MONITOR } from "../connection/connections.ts";
import type { Host, SessionServer } from "../host.ts";
import { LOGIN, PING } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import { GREETING_BYTES, LOGIN_BYTES } from "./connector.ts";
import type { Process } from "./process.ts";
import { COMMAND_BYTES } from "./query-runner.ts";

const PING_DUE = 1;
const PING_TIMEOUT = 2;
const CONNECT_DUE = 3;
const CONNECT_TIMEOUT = 4;

/** Pings that the latency is averaged over (lib/MySQL_Monitor.cpp, mysql_server_ping_log). */
const PINGS_AVERAGED = 3;
const FAILED = -1;

/**
 * The check of one server by one ProxySQL process: a ping on a pooled session every monitor_ping_interval, and a login
 * every monitor_connect_interval. Pings missed in a row shun the server in every hostgroup and cut its connections.
 *
 * The session is opened when there is none. So a process that has one keeps pinging a database that is full, and one
 * that has none (a new pod) is refused, misses its pings and shuns it: "Too many connections" counts as a miss
 * (lib/MySQL_Monitor.cpp).
 */
export class Monitor extends Component {
  private readonly process: Process;
  private readonly connections: Connections;
  /** The server, once in each hostgroup that has it. */
  private readonly servers: readonly BackendServer[];
  private readonly phase: Stream;
  private readonly failures: Counter;
  private readonly latencies = new Float64Array(PINGS_AVERAGED);
  private pings = 0;
  private missed = 0;
  /** The pooled session, or NOBODY. */
  private session: ConnectionId = NOBODY;
  /** The ping that is under way, or the login that it needs, or NOBODY. */
  private ping: RequestId = NOBODY;
  private pingSince: Micros = 0;
  private pingTimer: EventHandle = NO_EVENT;
  private pingDue: EventHandle = NO_EVENT;
  /** The login check that is under way, or NOBODY. */
  private login: RequestId = NOBODY;
  private connectTimer: EventHandle = NO_EVENT;
  private connectDue: EventHandle = NO_EVENT;

  constructor(world: World, process: Process, servers: readonly BackendServer[]) {
    super(world.sim, `${process.path}/monitor/${servers[0]!.options.hostname}`);
    this.process = process;
    this.connections = world.connections;
    this.servers = servers;
    this.phase = world.sim.streams.stream(this.path, "phase");
    this.failures = world.sim.record.counter(this, "monitor_ping_check_err", "pings");
  }

  /** The process starts, and checks at once; one that runs from time zero on is somewhere within its interval. */
  start(): void {
    const { variables } = this.process;
    const runs = this.now === 0;
    const share = this.phase.next();
    this.pings = 0;
    this.missed = 0;
    this.pingDue = this.after(runs ? Math.floor(share * variables["mysql-monitor_ping_interval"]) : 0, PING_DUE);
    this.connectDue = this.after(runs ? Math.floor(share * variables["mysql-monitor_connect_interval"]) : 0, CONNECT_DUE);
  }

  stop(): void {
    for (const event of [this.pingDue, this.connectDue, this.pingTimer, this.connectTimer]) this.cancel(event);
    if (this.ping !== NOBODY) this.sim.requests.abandoned[this.ping] = 1;
    if (this.login !== NOBODY) this.sim.requests.abandoned[this.login] = 1;
    this.ping = NOBODY;
    this.login = NOBODY;
    this.closeSession();
  }

  /** The server has closed a session; if it is the pooled one, the next ping opens another. */
  lost(connection: ConnectionId): void {
    if (this.session === connection) this.session = NOBODY;
  }

  override on(kind: number): void {
    if (kind === PING_DUE) this.beginPing();
    else if (kind === CONNECT_DUE) this.beginLogin();
    else if (kind === PING_TIMEOUT) this.giveUpPing();
    else this.giveUpLogin();
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const connection = requests.connection[request]!;
    const because = requests.because[request]!;
    const isLogin = requests.verb[request] === LOGIN;
    requests.close(request);
    if (isLogin && outcome !== OK) this.connections.forget(connection);
    if (request === this.ping) this.pingAnswered(isLogin, connection, outcome, because);
    else if (request === this.login) this.loginAnswered(connection, outcome);
    else if (isLogin && outcome === OK) this.hangUp(connection);
  }
