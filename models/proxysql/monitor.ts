import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { type ConnectionId, type Connections, MONITOR } from "../connection/connections.ts";
import type { Host, SessionServer } from "../host.ts";
import { LOGIN, PING } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
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
    super(world.sim, `${process.path}/monitor/${servers[0]!.hostname}`);
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
  }

  /** The server has closed a session. If it was the pooled one, the next ping opens another. */
  lost(connection: ConnectionId): void {
    if (this.session !== connection) return;
    this.session = NOBODY;
    this.connections.forget(connection);
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
    const stands = isLogin && this.connections.isAccepted(connection);
    requests.close(request);
    if (isLogin && !stands) this.connections.forget(connection);
    if (request === this.ping) {
      if (stands) this.sendPing(connection);
      else this.pingEnded(!isLogin && outcome === OK, because);
      return;
    }
    if (stands) this.hangUp(connection);
    if (request !== this.login) return;
    this.login = NOBODY;
    this.cancel(this.connectTimer);
  }

  private beginPing(): void {
    const { variables } = this.process;
    this.pingDue = this.after(variables["mysql-monitor_ping_interval"], PING_DUE);
    if (this.ping !== NOBODY) return;
    this.pingSince = this.now;
    this.pingTimer = this.after(variables["mysql-monitor_ping_timeout"], PING_TIMEOUT);
    if (this.session !== NOBODY) this.sendPing(this.session);
    else {
      this.ping = this.openLogin();
      this.process.dialer.dial(this.ping, this.servers[0]!);
    }
  }

  private sendPing(session: ConnectionId): void {
    const { requests } = this.sim;
    this.session = session;
    this.ping = requests.open(this.now, PING);
    requests.connection[this.ping] = session;
    requests.origin[this.ping] = this.process.origin;
    requests.bytesIn[this.ping] = COMMAND_BYTES;
    requests.bytesOut[this.ping] = COMMAND_BYTES;
    requests.push(this.ping, this.id, 0);
    (this.sim.components[this.connections.server[session]!] as Host).reach(this.ping, this.process.node);
  }

  private giveUpPing(): void {
    const { requests } = this.sim;
    const because = requests.because[this.ping]!;
    requests.abandoned[this.ping] = 1;
    this.pingEnded(false, because);
  }

  private pingEnded(succeeded: boolean, because: JournalId): void {
    const { variables } = this.process;
    this.ping = NOBODY;
    this.cancel(this.pingTimer);
    this.latencies[this.pings++ % PINGS_AVERAGED] = succeeded ? this.now - this.pingSince : FAILED;
    this.missed = succeeded ? 0 : this.missed + 1;
    if (succeeded) this.setLatency();
    else {
      this.failures.add();
      this.closeSession();
    }
    if (this.missed < variables["mysql-monitor_ping_max_failures"]) return;
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
    if (this.login !== NOBODY || this.missed >= variables["mysql-monitor_ping_max_failures"]) return;
    this.connectTimer = this.after(variables["mysql-monitor_connect_timeout"], CONNECT_TIMEOUT);
    this.login = this.openLogin();
    this.process.dialer.dial(this.login, this.servers[0]!);
  }

  private giveUpLogin(): void {
    this.sim.requests.abandoned[this.login] = 1;
    this.login = NOBODY;
  }

  private openLogin(): RequestId {
    const { requests } = this.sim;
    const login = requests.open(this.now, LOGIN);
    requests.connection[login] = this.connections.open(this.process.id, MONITOR, this.now);
    requests.origin[login] = this.process.origin;
    requests.push(login, this.id, 0);
    return login;
  }

  private closeSession(): void {
    if (this.session === NOBODY) return;
    this.hangUp(this.session);
    this.session = NOBODY;
  }

  private hangUp(connection: ConnectionId): void {
    (this.sim.components[this.connections.server[connection]!] as SessionServer).hangUp(connection);
  }
}
