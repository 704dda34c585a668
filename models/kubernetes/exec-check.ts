import type { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import { ABANDONED, type ConnectionId, PROBE } from "../connection/connections.ts";
import { type Address, Host, type SessionHolder, type SessionServer } from "../host.ts";
import { LOGIN, LOOKUP, QUERY } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { type ExecOptions, SELF } from "./probe.ts";

/** Whoever started the command and reads its exit code. */
export interface CheckOwner {
  /** The command has ended; `because` is what made it fail, or NONE. */
  answered(outcome: Outcome, because: JournalId): void;
}

const FORKED = 1;

const NO_REQUEST: RequestId = -1;
const NO_CONNECTION: ConnectionId = -1;

/** Handshake and credentials up, greeting and OK down, as a mysql client sends them. */
const LOGIN_BYTES = 350;
const GREETING_BYTES = 250;
/** SELECT 1 and its answer. */
const SELECT_BYTES = 90;
const ROW_BYTES = 150;
/** Processor time of SELECT 1 at the database, in microseconds. */
const SELECT_WORK = 50;

/**
 * The command of an exec probe: a shell that starts a database client, which looks the name up, logs in and asks
 * SELECT 1, for one database after the other.
 *
 * It is real load: each run needs a look-up, a handshake and a free slot at the database, under the state PROBE in its
 * ledger. A killed client says nothing; its session ends when the server next answers, since FIN travels behind what
 * was sent before.
 */
export class ExecCheck extends Host implements SessionHolder {
  /** Undefined for the container itself, which answers at once as long as it runs. */
  private readonly asks: (Address | undefined)[] = [];
  private readonly paths: readonly string[];
  private readonly mode: ExecOptions["mode"];
  private readonly fork: number;
  private readonly owner: CheckOwner;
  private forking: EventHandle = NO_EVENT;
  /** The database that is asked now, as an index into `asks`. */
  private asked = 0;
  private current: RequestId = NO_REQUEST;
  /** Every request that has not come back, those of killed runs among them. */
  private outstanding: RequestId[] = [];

  constructor(world: World, path: string, options: ExecOptions, owner: CheckOwner) {
    super(world, path, ELSEWHERE);
    this.paths = options.asks;
    this.mode = options.mode;
    this.fork = options.fork;
    this.owner = owner;
  }

  /** Looks up whom it asks, once all exist. */
  connect(): void {
    for (const path of this.paths) {
      this.asks.push(path === SELF ? undefined : (this.world.find(path) as Component & Address));
    }
  }

  /** Nobody sends requests to a command. */
  receive(request: RequestId): void {
    this.reply(request, BROKEN);
  }

  /** Runs the command. */
  begin(): void {
    this.asked = 0;
    this.forking = this.after(this.fork, FORKED);
  }

  /** Ends the command before it has answered. Returns what it was held up by, as far as is known, or NONE. */
  kill(): JournalId {
    this.cancel(this.forking);
    const request = this.current;
    this.current = NO_REQUEST;
    if (request === NO_REQUEST) return NONE;
    const { requests } = this.sim;
    requests.abandoned[request] = 1;
    if (requests.verb[request] === LOGIN) this.world.connections.become(requests.connection[request]!, ABANDONED);
    return requests.because[request]!;
  }

  override on(_forked: typeof FORKED): void {
    this.ask();
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    if (requests.verb[request] === LOGIN && outcome !== OK) this.forget(request);
    if (request !== this.current || outcome !== OK) return this.end(request, outcome);
    if (requests.verb[request] === LOOKUP) this.logIn(request);
    else if (requests.connection[request] === NO_CONNECTION) this.end(request, BROKEN);
    else if (requests.verb[request] === LOGIN) this.select(request);
    else this.end(request, OK);
  }

  connectionLost(connection: ConnectionId, because: JournalId): void {
    const { requests } = this.sim;
    const request = this.outstanding.find((one) => requests.connection[one] === connection);
    if (request !== undefined) {
      requests.connection[request] = NO_CONNECTION;
      requests.because[request] = because;
    }
    this.world.connections.forget(connection, true);
  }

  private ask(): void {
    const { requests } = this.sim;
    if (this.asks[this.asked] === undefined) return this.follow(OK, NONE);
    const request = requests.open(this.now, LOOKUP);
    requests.origin[request] = this.origin;
    requests.zone[request] = this.node === ELSEWHERE ? -1 : this.world.nodes[this.node]!.zone;
    this.outstanding.push(request);
    this.current = request;
    this.send(this.world.dns, request);
  }

  private logIn(request: RequestId): void {
    const { requests } = this.sim;
    requests.verb[request] = LOGIN;
    requests.bytesIn[request] = LOGIN_BYTES;
    requests.bytesOut[request] = GREETING_BYTES;
    requests.connection[request] = this.world.connections.open(this.id, PROBE, this.now);
    this.send(this.asks[this.asked]!, request);
  }

  private select(request: RequestId): void {
    const { requests } = this.sim;
    requests.verb[request] = QUERY;
    requests.bytesIn[request] = SELECT_BYTES;
    requests.bytesOut[request] = ROW_BYTES;
    requests.work[request] = SELECT_WORK;
    this.send(this.serverOf(requests.connection[request]!), request);
  }

  /** A login that was refused leaves nothing behind at the server. */
  private forget(login: RequestId): void {
    const { requests } = this.sim;
    const connection = requests.connection[login]!;
    if (connection === NO_CONNECTION) return;
    requests.connection[login] = NO_CONNECTION;
    this.world.connections.forget(connection);
  }

  /** This database has answered, or never will: closes the session and takes what follows. */
  private end(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const isCurrent = request === this.current;
    const because = requests.because[request]!;
    const connection = requests.connection[request]!;
    this.outstanding.splice(this.outstanding.indexOf(request), 1);
    requests.close(request);
    if (connection !== NO_CONNECTION) this.serverOf(connection).hangUp(connection);
    if (isCurrent) this.follow(outcome, because);
  }

  private follow(outcome: Outcome, because: JournalId): void {
    this.current = NO_REQUEST;
    this.asked++;
    const decided = (outcome === OK) === (this.mode === "any");
    if (decided || this.asked === this.asks.length) this.owner.answered(outcome, because);
    else this.ask();
  }

  private serverOf(connection: ConnectionId): Host & SessionServer {
    return this.sim.components[this.world.connections.server[connection]!] as Host & SessionServer;
  }
}
