import { CONNECTING } from "../models/connection/connections.ts";
import { type Address, Host } from "../models/host.ts";
import { listenOptions } from "../models/network/listen-options.ts";
import { ListenRecord } from "../models/network/listen-record.ts";
import { type Acceptor, Listener } from "../models/network/listener.ts";
import { closeConnection } from "../models/network/sockets.ts";
import { CALL, CONNECT } from "../models/verb.ts";
import { ELSEWHERE, type World } from "../models/world.ts";
import { type JournalId, NONE } from "../sim/record/journal.ts";
import type { RequestId } from "../sim/requests.ts";
import { OK, type Outcome } from "../sim/service.ts";
import type { Micros } from "../sim/time.ts";

/** A process that listens, accepts when it is told to (or at intervals), and answers every call at once. */
export class ListeningProcess extends Host implements Acceptor {
  readonly listener: Listener;
  readonly served: Micros[] = [];
  /** How often it has been told that a connection waits. */
  told = 0;
  /** Calls that wait on connections it has not accepted. */
  waiting = 0;

  constructor(world: World, path: string, options: object, node = ELSEWHERE) {
    super(world, path, node);
    const parsed = listenOptions.parse(options);
    this.listener = new Listener(world, this, parsed, new ListenRecord(world.sim, this, path, parsed), this);
  }

  receive(request: RequestId): void {
    if (this.listener.takes(request)) return;
    this.served.push(this.now);
    this.reply(request, OK);
  }

  connectionWaits(): void {
    this.told++;
  }

  whyLate(): JournalId {
    return NONE;
  }

  callsWait(more: number): void {
    this.waiting += more;
  }

  accept(connections: number): void {
    for (let n = 0; n < connections; n++) this.listener.accept();
  }
}

/** What became of one connection. */
export interface Try {
  connectedAt?: Micros;
  answeredAt?: Micros;
  endedAt?: Micros;
  outcome?: Outcome;
  because?: number;
  readonly connection: number;
  readonly connect: RequestId;
  call?: RequestId;
}

/** Opens connections, sends a call on each, and keeps the connection. */
export class TcpClient extends Host {
  readonly tries: Try[] = [];

  constructor(world: World, path = "client", node = ELSEWHERE) {
    super(world, path, node);
  }

  connect(to: Address): Try {
    const { requests } = this.sim;
    const connect = requests.open(this.now, CONNECT);
    const connection = this.world.connections.open(this.id, CONNECTING, this.now);
    const one: Try = { connection, connect };
    requests.connection[connect] = connection;
    requests.tag[connect] = this.tries.push(one) - 1;
    this.send(to, connect);
    return one;
  }

  /** Closes the connection, or gives it up. */
  leave(one: Try): void {
    const { abandoned } = this.sim.requests;
    if (one.connectedAt === undefined) {
      abandoned[one.connect] = 1;
      return;
    }
    if (one.call !== undefined && one.endedAt === undefined) abandoned[one.call] = 1;
    closeConnection(this.world, one.connection);
  }

  get connected(): number {
    return this.tries.filter(({ connectedAt }) => connectedAt !== undefined).length;
  }

  get answered(): number {
    return this.tries.filter(({ answeredAt }) => answeredAt !== undefined).length;
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { verb, tag, destination, because, abandoned } = this.sim.requests;
    const one = this.tries[tag[request]!]!;
    const isConnect = verb[request] === CONNECT;
    const to = this.sim.components[destination[request]!] as unknown as Address;
    const isOver = abandoned[request] === 1;
    one.because = because[request]!;
    this.sim.requests.close(request);
    if (isConnect && isOver) closeConnection(this.world, one.connection);
    if (isOver) return;
    if (isConnect && outcome === OK) return this.speak(one, to);
    one.outcome = outcome;
    one.endedAt = this.now;
    if (outcome === OK) one.answeredAt = this.now;
    if (isConnect) closeConnection(this.world, one.connection);
  }

  /** Nobody calls a client. */
  receive(request: RequestId): void {
    this.reply(request, OK);
  }

  private speak(one: Try, to: Address): void {
    const { requests } = this.sim;
    one.connectedAt = this.now;
    const call = requests.open(this.now, CALL);
    requests.connection[call] = one.connection;
    requests.tag[call] = this.tries.indexOf(one);
    one.call = call;
    this.send(to, call);
  }
}
