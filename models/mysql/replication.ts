import { assert } from "../../sim/assert.ts";
import type { ComponentId } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { type ConnectionId, MONITOR } from "../connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import { LOGIN } from "../verb.ts";
import type { World } from "../world.ts";
import { Applier } from "./applier.ts";
import type { Executor } from "./executor.ts";
import type { MysqlServer } from "./mysql-server.ts";
import type { MysqlOptions } from "./options.ts";

const CONNECT = 0;
const GIVE_UP = 1;
const LISTEN = 2;

/** Bytes of a login. */
const LOGIN_BYTES = 400;
const GREETING_BYTES = 300;
const NOTHING = -1;

/** What SHOW REPLICA STATUS says of the thread that reads from the source. */
export type IoState = number;
export const IO_NO: IoState = 0;
export const IO_CONNECTING: IoState = 1;
export const IO_YES: IoState = 2;

/**
 * How a replica follows its source: a thread that reads the source's binary log on a session of its own, and others
 * that apply what it has read.
 *
 * Where the source's process ends, the session breaks at once and the thread connects anew, at once and then every
 * source_connect_retry. Where the source falls silent nobody knows until slave_net_timeout is over, as heartbeats come
 * every half of it (mysql-server sql/rpl_replica.cc, handle_slave_io and try_to_reconnect; MASTER_HEARTBEAT_PERIOD).
 */
export class Replication extends Host implements SessionHolder {
  readonly applier: Applier;
  io: IoState = IO_NO;
  /** The server that it reads from, or NOTHING after RESET REPLICA ALL. */
  private sourceId: ComponentId = NOTHING;
  private readonly server: MysqlServer;
  private readonly options: MysqlOptions;
  private readonly broken: Condition;
  /** The session with the source, or NOTHING. */
  private session: ConnectionId = NOTHING;
  /** The login that is under way, or NOTHING. */
  private login: RequestId = NOTHING;
  private connectTimer: EventHandle = NO_EVENT;
  private loginTimer: EventHandle = NO_EVENT;
  private listener: EventHandle = NO_EVENT;
  private heardAt: Micros = 0;

  constructor(world: World, server: MysqlServer, options: MysqlOptions, executor: Executor) {
    super(world, `${server.path}/replication`, server.node);
    this.server = server;
    this.options = options;
    this.applier = new Applier(world, server, options, executor);
    this.broken = new Condition(world.sim, server, "replication-broken");
  }

  /** The server that it reads from; undefined after RESET REPLICA ALL. */
  get source(): MysqlServer | undefined {
    return this.sourceId === NOTHING ? undefined : (this.sim.components[this.sourceId] as MysqlServer);
  }

  /** CHANGE REPLICATION SOURCE TO: it goes on with what it has not begun to apply, which it reads from there. */
  follow(source: MysqlServer): void {
    this.reset();
    this.sourceId = source.id;
    this.applier.follow(source.binlog!);
  }

  /** START REPLICA. */
  start(): void {
    if (this.sourceId !== NOTHING) this.connect(0);
  }

  /** STOP REPLICA IO_THREAD. */
  stop(): void {
    for (const event of [this.connectTimer, this.loginTimer, this.listener]) this.cancel(event);
    if (this.login !== NOTHING) this.sim.requests.abandoned[this.login] = 1;
    this.login = NOTHING;
    this.io = IO_NO;
    if (this.session !== NOTHING) this.hangUp();
  }

  /** RESET REPLICA ALL: it follows nobody, and forgets what it has read and not applied. */
  reset(): void {
    this.stop();
    this.broken.end();
    this.applier.forget();
    this.sourceId = NOTHING;
  }

  /** STOP REPLICA IO_THREAD and START REPLICA IO_THREAD: it has to log in again. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** How far what sessions read lags behind, in microseconds; undefined (NULL) while it is not reading. */
  get behind(): Micros | undefined {
    return this.io === IO_YES ? this.applier.behind : undefined;
  }

  override receive(message: RequestId): void {
    const { connection, tag } = this.sim.requests;
    if (connection[message] !== this.session) return this.reply(message, BROKEN);
    this.heardAt = this.now;
    this.applier.read(tag[message]!);
    this.reply(message, OK);
  }

  connectionLost(connection: ConnectionId, because: JournalId): void {
    this.world.connections.forget(connection);
    if (connection !== this.session) return;
    this.session = NOTHING;
    this.cancel(this.listener);
    this.break(because);
    this.connect(0);
  }

  override resume(login: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const connection = requests.connection[login]!;
    const because = requests.because[login]!;
    const isWanted = requests.abandoned[login] === 0;
    requests.close(login);
    if (isWanted) {
      this.login = NOTHING;
      this.cancel(this.loginTimer);
    }
    if (outcome !== OK) this.world.connections.forget(connection);
    else if (!isWanted) this.close(connection);
    else return this.connected(connection);
    if (isWanted) this.failed(because);
  }

  override on(kind: typeof CONNECT | typeof GIVE_UP | typeof LISTEN): void {
    if (kind === CONNECT) this.logIn();
    else if (kind === LISTEN) this.listen();
    else this.giveUp();
  }

  override check(): void {
    const { server } = this.world.connections;
    const stands = this.session !== NOTHING && server[this.session] === this.source?.id;
    assert((this.io === IO_YES) === stands, () => `${this.path}: reads (${this.io}) without a session, or the reverse`);
  }

  /** Time between two heartbeats of the source (SOURCE_HEARTBEAT_PERIOD). */
  private get heartbeat(): Micros {
    return Math.floor(this.options.slave_net_timeout / 2);
  }

  private connect(delay: Micros): void {
    this.io = IO_CONNECTING;
    if (delay === 0) this.logIn();
    else this.connectTimer = this.after(delay, CONNECT);
  }

  private logIn(): void {
    const { requests } = this.sim;
    const login = requests.open(this.now, LOGIN);
    requests.connection[login] = this.world.connections.open(this.id, MONITOR, this.now);
    requests.bytesIn[login] = LOGIN_BYTES;
    requests.bytesOut[login] = GREETING_BYTES;
    requests.origin[login] = this.server.origin;
    this.login = login;
    this.loginTimer = this.after(this.options.slave_net_timeout, GIVE_UP);
    this.send(this.source!, login);
  }

  private connected(connection: ConnectionId): void {
    const { binlog } = this.source!;
    const from = this.applier.next;
    this.session = connection;
    this.io = IO_YES;
    this.broken.end();
    this.heardAt = this.now;
    this.listener = this.after(this.heartbeat, LISTEN);
    this.source!.readBinlog(connection);
    binlog!.subscribe(connection, this, Math.min(from, binlog!.log.end));
  }

  private failed(because: JournalId): void {
    this.break(because);
    this.connect(this.options.source_connect_retry);
  }

  private giveUp(): void {
    const { abandoned, because } = this.sim.requests;
    const cause = because[this.login]!;
    abandoned[this.login] = 1;
    this.login = NOTHING;
    this.failed(cause);
  }

  /** A heartbeat of the source is due. */
  private listen(): void {
    const { slave_net_timeout } = this.options;
    if (!this.source!.isFrozen) this.heardAt = this.now;
    const silence = this.now - this.heardAt;
    if (silence < slave_net_timeout) {
      this.listener = this.after(Math.min(this.heartbeat, slave_net_timeout - silence), LISTEN);
      return;
    }
    this.hangUp();
    this.break(this.source!.slowedBy);
    this.connect(0);
  }

  private break(because: JournalId): void {
    this.broken.begin([because === NONE ? this.server.origin : because]);
  }

  private hangUp(): void {
    const { session } = this;
    this.session = NOTHING;
    this.cancel(this.listener);
    this.close(session);
  }

  private close(connection: ConnectionId): void {
    (this.sim.components[this.world.connections.server[connection]!] as SessionServer).hangUp(connection);
  }
}
