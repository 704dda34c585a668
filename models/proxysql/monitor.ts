import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import { LOGIN, PING } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import { MonitorSessions } from "./monitor-sessions.ts";
import type { Process } from "./process.ts";

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
  readonly sessions: MonitorSessions;
  private readonly process: Process;
  private readonly connections: Connections;
  readonly hostname: string;
  /** The server, once in each hostgroup that has it. */
  private readonly servers: readonly BackendServer[];
  private readonly phase: Stream;
  private readonly failures: Counter;
  private readonly latencies = new Float64Array(PINGS_AVERAGED);
  private pings = 0;
  private missed = 0;
  /** The session that the ping uses, or NOBODY. */
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
    super(world.sim, `${process.path}/monitor/${servers[0]!.hostname}`);
    this.process = process;
    this.connections = world.connections;
    this.sessions = new MonitorSessions(world, process, servers[0]!);
    this.servers = servers;
    this.hostname = servers[0]!.hostname;
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
    this.connectDue = this.after(
      runs ? Math.floor(share * variables["mysql-monitor_connect_interval"]) : 0,
      CONNECT_DUE,
    );
  }

  stop(): void {
    for (const event of [this.pingDue, this.connectDue, this.pingTimer, this.connectTimer]) this.cancel(event);
    if (this.ping !== NOBODY) this.sim.requests.abandoned[this.ping] = 1;
    if (this.login !== NOBODY) this.sim.requests.abandoned[this.login] = 1;
    this.ping = NOBODY;
    this.login = NOBODY;
    this.closeSession();
    this.sessions.closeAll();
  }

  /** Whether the latest pings have not all been missed. */
  get responds(): boolean {
    return this.missed < this.process.variables["mysql-monitor_ping_max_failures"];
  }

  /** The server has closed a session. If it was the last one, the next ping opens another. */
  lost(connection: ConnectionId): void {
    this.sessions.lost(connection);
    if (this.session !== connection) return;
    this.session = NOBODY;
    this.connections.forget(connection, true);
  }

  /** Whether any hostgroup has the server at present. */
  private get isListed(): boolean {
    return this.servers.some(({ isOnline }) => isOnline);
  }

  override on(kind: number): void {
    if (kind === PING_DUE) this.beginPing();
    else if (kind === CONNECT_DUE) this.beginLogin();
    else if (kind === PING_TIMEOUT) this.giveUpPing();
    else this.giveUpLogin();
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const because = requests.because[request]!;
    if (requests.verb[request] === LOGIN) this.loggedIn(request, because);
    else {
      requests.close(request);
      if (request === this.ping) this.pingEnded(outcome === OK, because);
    }
  }

  private loggedIn(login: RequestId, because: JournalId): void {
    const session = this.sessions.loggedIn(login);
    if (login === this.ping) {
      if (session === NOBODY) this.pingEnded(false, because);
      else this.sendPing(session);
      return;
    }
    if (session !== NOBODY) this.sessions.hangUp(session);
    if (login !== this.login) return;
    this.login = NOBODY;
    this.cancel(this.connectTimer);
  }

  private beginPing(): void {
    const { variables } = this.process;
    this.pingDue = this.after(variables["mysql-monitor_ping_interval"], PING_DUE);
    if (this.ping !== NOBODY || !this.isListed) return;
    this.pingSince = this.now;
    this.pingTimer = this.after(variables["mysql-monitor_ping_timeout"], PING_TIMEOUT);
    const session = this.sessions.take();
    if (session !== NOBODY) this.sendPing(session);
    else {
      this.ping = this.sessions.login(this);
      this.sessions.dial(this.ping);
    }
  }

  private sendPing(session: ConnectionId): void {
    this.session = session;
    this.ping = this.sessions.question(PING, session, this);
    this.sessions.send(this.ping);
  }

  private giveUpPing(): void {
    const { requests } = this.sim;
    const because = requests.because[this.ping]!;
    requests.abandoned[this.ping] = 1;
    this.pingEnded(false, because);
  }

  private pingEnded(succeeded: boolean, because: JournalId): void {
    this.ping = NOBODY;
    this.cancel(this.pingTimer);
    this.latencies[this.pings++ % PINGS_AVERAGED] = succeeded ? this.now - this.pingSince : FAILED;
    this.missed = succeeded ? 0 : this.missed + 1;
    if (succeeded) {
      if (this.session !== NOBODY) this.sessions.put(this.session);
      this.session = NOBODY;
      this.setLatency();
    } else {
      this.failures.add();
      this.closeSession();
    }
    if (this.responds) return;
    for (const server of this.servers) server.shunAndKillAll(because, this.missed);
  }

  private setLatency(): void {
    let sum = 0;
    let count = 0;
    for (const latency of this.latencies.subarray(0, Math.min(this.pings, PINGS_AVERAGED))) {
      if (latency === FAILED) continue;
      sum += latency;
      count++;
    }
    for (const server of this.servers) {
      server.latency = sum / count;
      server.hostgroup.changed();
    }
  }

  private beginLogin(): void {
    const { variables } = this.process;
    this.connectDue = this.after(variables["mysql-monitor_connect_interval"], CONNECT_DUE);
    if (this.login !== NOBODY || !this.responds || !this.isListed) return;
    this.connectTimer = this.after(variables["mysql-monitor_connect_timeout"], CONNECT_TIMEOUT);
    this.login = this.sessions.login(this);
    this.sessions.dial(this.login);
  }

  private giveUpLogin(): void {
    this.sim.requests.abandoned[this.login] = 1;
    this.login = NOBODY;
  }

  private closeSession(): void {
    if (this.session === NOBODY) return;
    this.sessions.hangUp(this.session);
    this.session = NOBODY;
  }
}
