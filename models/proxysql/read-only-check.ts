import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ER_OPTION_PREVENTS_STATEMENT } from "../error.ts";
import { LOGIN, READ_ONLY } from "../verb.ts";
import type { World } from "../world.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Monitor } from "./monitor.ts";
import type { Process } from "./process.ts";

const DUE = 1;
const TIMEOUT = 2;

/** Whoever moves servers between hostgroups. */
export interface ServerMover {
  /** Whether one of the pairs has the server at present: only then is it checked. */
  has(hostname: string): boolean;
  /** A check has found a server's read_only, or so many checks have timed out that it counts as read-only. */
  found(hostname: string, isReadOnly: boolean, because: JournalId): void;
}

/**
 * Asks one server of replication hostgroups for its read_only every mysql-monitor_read_only_interval, on a session of
 * the monitor. A server that misses its pings is not asked.
 *
 * An error changes nothing. After mysql-monitor_read_only_max_timeout_count timeouts in a row the server counts as
 * read-only. A session that cannot be opened is a timeout as well, however fast it was refused: its error begins with
 * "timeout on creating new connection" (lib/MySQL_Monitor.cpp, monitor_read_only_thread).
 */
export class ReadOnlyCheck extends Component {
  private readonly process: Process;
  private readonly monitor: Monitor;
  private readonly hostgroups: ServerMover;
  private readonly hostname: string;
  private readonly interval: Micros;
  private readonly loginLimit: Micros;
  private readonly failures: Counter;
  /** The question that is under way, or the login that it needs, or NOBODY. */
  private request: RequestId = NOBODY;
  private session: ConnectionId = NOBODY;
  private timedOut = 0;
  private due: EventHandle = NO_EVENT;
  private timer: EventHandle = NO_EVENT;

  constructor(world: World, process: Process, monitor: Monitor, hostgroups: ServerMover) {
    super(world.sim, `${process.path}/read-only/${monitor.hostname}`);
    const { variables } = process;
    this.process = process;
    this.monitor = monitor;
    this.hostgroups = hostgroups;
    this.hostname = monitor.hostname;
    this.interval = variables["mysql-monitor_read_only_interval"];
    this.loginLimit = Math.max(1, Math.floor(variables["mysql-monitor_connect_timeout"] / SECOND)) * SECOND;
    this.failures = world.sim.record.counter(this, "monitor_read_only_check_err", "checks");
  }

  /** The process starts; the first check is after so long. */
  start(delay: Micros): void {
    this.timedOut = 0;
    this.due = this.after(delay, DUE);
  }

  stop(): void {
    this.cancel(this.due);
    this.cancel(this.timer);
    if (this.request !== NOBODY) this.sim.requests.abandoned[this.request] = 1;
    this.request = NOBODY;
    this.closeSession();
  }

  /** The server has closed the session that the question is on: its answer will say so. */
  lost(session: ConnectionId): void {
    if (this.session !== session) return;
    this.session = NOBODY;
    this.monitor.sessions.forget(session);
  }

  override on(kind: typeof DUE | typeof TIMEOUT): void {
    if (kind === DUE) this.begin();
    else this.timeOut(this.request);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const { sessions } = this.monitor;
    const because = requests.because[request]!;
    const isWanted = request === this.request;
    if (requests.verb[request] !== LOGIN) {
      requests.close(request);
      if (isWanted) this.answered(outcome, because);
      return;
    }
    const session = sessions.loggedIn(request);
    if (!isWanted) {
      if (session !== NOBODY) sessions.hangUp(session);
    } else if (session === NOBODY) this.failed(because, true);
    else this.ask(session);
  }

  private begin(): void {
    this.due = this.after(this.interval, DUE);
    if (this.request !== NOBODY || !this.monitor.responds || !this.hostgroups.has(this.hostname)) return;
    const { sessions } = this.monitor;
    const session = sessions.take();
    if (session !== NOBODY) return this.ask(session);
    this.request = sessions.login(this);
    this.timer = this.after(this.loginLimit, TIMEOUT);
    sessions.dial(this.request);
  }

  private ask(session: ConnectionId): void {
    const { sessions } = this.monitor;
    this.cancel(this.timer);
    this.session = session;
    this.request = sessions.question(READ_ONLY, session, this);
    this.timer = this.after(this.process.variables["mysql-monitor_read_only_timeout"], TIMEOUT);
    sessions.send(this.request);
  }

  private answered(outcome: Outcome, because: JournalId): void {
    if (outcome !== OK && outcome !== ER_OPTION_PREVENTS_STATEMENT) return this.failed(because, false);
    const session = this.session;
    this.finish();
    if (session !== NOBODY) this.monitor.sessions.put(session);
    this.session = NOBODY;
    this.timedOut = 0;
    this.hostgroups.found(this.hostname, outcome !== OK, because);
  }

  private timeOut(request: RequestId): void {
    this.sim.requests.abandoned[request] = 1;
    this.failed(this.sim.requests.because[request]!, true);
  }

  private failed(because: JournalId, isTimeout: boolean): void {
    this.finish();
    this.closeSession();
    this.failures.add();
    this.timedOut = isTimeout ? this.timedOut + 1 : 0;
    if (this.timedOut < this.process.variables["mysql-monitor_read_only_max_timeout_count"]) return;
    this.hostgroups.found(this.hostname, true, because);
  }

  private finish(): void {
    this.request = NOBODY;
    this.cancel(this.timer);
  }

  private closeSession(): void {
    if (this.session !== NOBODY) this.monitor.sessions.hangUp(this.session);
    this.session = NOBODY;
  }
}
