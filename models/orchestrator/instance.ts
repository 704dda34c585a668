import type { ComponentId } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { type ConnectionId, MONITOR } from "../connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import type { MysqlServer } from "../mysql/mysql-server.ts";
import { IO_NO, type IoState } from "../mysql/replication.ts";
import { LOGIN, PING } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import type { OrchestratorOptions } from "./options.ts";

const POLL = 0;
const TIMED_OUT = 1;
const STILL_ASKING = 2;

const NOTHING = -1;
/** Bytes of a login and of the statements of a check, and of their answers. */
const QUESTION_BYTES = 2000;
const ANSWER_BYTES = 6000;

/**
 * What orchestrator knows of one database, from checks on a session that it keeps open.
 *
 * A check reads the status of the server and of its replication. Without a session it logs in first: so it goes on
 * seeing a server that is full, unless it has to log in again (go/inst/instance_dao.go; go/db/db.go, openTopology).
 */
export class Instance extends Host implements SessionHolder {
  readonly server: MysqlServer;
  /** The source that it was last seen to follow, or NOTHING. */
  source: ComponentId = NOTHING;
  io: IoState = IO_NO;
  behind: Micros = 0;
  /** What made the last check fail. */
  because: JournalId = NONE;
  private readonly options: OrchestratorOptions;
  private readonly promoted: Condition;
  private lastSeen: Micros = 0;
  private lastChecked: Micros = 0;
  /** When a check was last under way for as long as is reasonable (last_attempted_check). */
  private lastAttempted: Micros = 0;
  private readonly phase: number;
  private session: ConnectionId = NOTHING;
  /** The login or the check that is under way, or NOTHING. */
  private request: RequestId = NOTHING;
  private timer: EventHandle = NO_EVENT;
  private next: EventHandle = NO_EVENT;
  private asking: EventHandle = NO_EVENT;

  constructor(world: World, path: string, server: MysqlServer, options: OrchestratorOptions) {
    super(world, `${path}/${server.path}`, ELSEWHERE);
    this.server = server;
    this.options = options;
    this.promoted = new Condition(world.sim, server, "promoted");
    this.phase = world.sim.streams.stream(this.path, "phase").next();
  }

  /** It has been checked all along, or begins to be; at time zero it is somewhere between two checks. */
  start(): void {
    const first = this.now === 0 ? Math.floor(this.phase * this.options.InstancePollSeconds) : 0;
    this.look();
    this.lastSeen = this.now;
    this.lastChecked = this.now;
    this.lastAttempted = this.now;
    this.next = this.after(first, POLL);
  }

  stop(): void {
    for (const event of [this.timer, this.next, this.asking]) this.cancel(event);
    this.abandon();
    this.hangUp();
  }

  /** Whether the last check that came to an end went well. */
  get wasSeen(): boolean {
    return this.lastChecked <= this.lastSeen;
  }

  /** The same, and no check has been under way for longer than is reasonable (is_last_check_valid). */
  get isLastCheckValid(): boolean {
    const { InstancePollSeconds, ReasonableInstanceCheckSeconds } = this.options;
    return this.wasSeen && this.lastAttempted < this.lastSeen + InstancePollSeconds + ReasonableInstanceCheckSeconds;
  }

  /** It takes the place of a source, of which so many transactions are lost; returns the journal entry. */
  promote(because: JournalId, lost: number): JournalId {
    this.promoted.end();
    this.promoted.begin([because], { lost });
    return this.promoted.id;
  }

  /** Checks now, unless a check is under way. */
  poll(): void {
    if (this.request !== NOTHING) return;
    this.cancel(this.next);
    this.asking = this.after(this.options.ReasonableInstanceCheckSeconds, STILL_ASKING);
    if (this.session === NOTHING) this.logIn();
    else this.ask();
  }

  /** Reads what a check finds. */
  look(): void {
    const { replication } = this.server;
    this.source = replication?.source?.id ?? NOTHING;
    this.io = replication?.io ?? IO_NO;
    this.behind = replication?.behind ?? 0;
  }

  override receive(): void {}

  override on(kind: typeof POLL | typeof TIMED_OUT | typeof STILL_ASKING): void {
    if (kind === POLL) this.poll();
    else if (kind === STILL_ASKING) this.lastAttempted = this.now;
    else this.giveUp();
  }

  connectionLost(connection: ConnectionId): void {
    this.world.connections.forget(connection);
    if (connection === this.session) this.session = NOTHING;
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const isLogin = requests.verb[request] === LOGIN;
    const connection = requests.connection[request]!;
    const because = requests.because[request]!;
    const isWanted = request === this.request;
    requests.close(request);
    if (isLogin && outcome !== OK) this.world.connections.forget(connection);
    if (!isWanted) {
      if (isLogin && outcome === OK) this.close(connection);
      return;
    }
    this.cancel(this.timer);
    this.request = NOTHING;
    if (outcome !== OK) return this.end(false, because);
    if (!isLogin) return this.end(true, NONE);
    this.session = connection;
    this.ask();
  }

  private logIn(): void {
    const login = this.open(LOGIN, this.options.MySQLConnectTimeoutSeconds);
    this.sim.requests.connection[login] = this.world.connections.open(this.id, MONITOR, this.now);
    this.send(this.server, login);
  }

  private ask(): void {
    const check = this.open(PING, this.options.MySQLDiscoveryReadTimeoutSeconds);
    this.sim.requests.connection[check] = this.session;
    this.send(this.server, check);
  }

  private open(verb: number, timeout: Micros): RequestId {
    const { requests } = this.sim;
    const request = requests.open(this.now, verb);
    requests.bytesIn[request] = QUESTION_BYTES;
    requests.bytesOut[request] = ANSWER_BYTES;
    this.request = request;
    this.timer = this.after(timeout, TIMED_OUT);
    return request;
  }

  private giveUp(): void {
    const because = this.sim.requests.because[this.request]!;
    this.abandon();
    this.end(false, because);
  }

  private end(isSeen: boolean, because: JournalId): void {
    this.cancel(this.asking);
    this.because = because;
    this.lastChecked = this.now;
    if (isSeen) {
      this.lastSeen = this.now;
      this.look();
    } else this.hangUp();
    this.next = this.after(this.options.InstancePollSeconds, POLL);
  }

  private abandon(): void {
    if (this.request !== NOTHING) this.sim.requests.abandoned[this.request] = 1;
    this.request = NOTHING;
  }

  private hangUp(): void {
    const { session } = this;
    this.session = NOTHING;
    if (session !== NOTHING) this.close(session);
  }

  private close(connection: ConnectionId): void {
    (this.sim.components[this.world.connections.server[connection]!] as SessionServer).hangUp(connection);
  }
}
