import { CONNECTING, type ConnectionId, type ConnectionState, IDLE } from "../models/connection/connections.ts";
import { type Address, Host, type SessionHolder, type SessionServer } from "../models/host.ts";
import { LOGIN, QUERY } from "../models/verb.ts";
import { ELSEWHERE, type World } from "../models/world.ts";
import type { RequestId, Verb } from "../sim/requests.ts";
import { OK, type Outcome } from "../sim/service.ts";

/** A person at a mysql prompt: opens sessions, runs statements when told to, and keeps what was answered. */
export class SessionClient extends Host implements SessionHolder {
  readonly sessions: ConnectionId[] = [];
  readonly logins: { at: number; outcome: Outcome; because: number }[] = [];
  readonly answers: { at: number; outcome: Outcome; since: number; because: number }[] = [];
  readonly lost: ConnectionId[] = [];

  constructor(world: World, path = "client", node = ELSEWHERE) {
    super(world, path, node);
  }

  override receive(_request: RequestId): void {
    throw new Error("nobody calls a client");
  }

  login(to: Address, state: ConnectionState = CONNECTING): RequestId {
    const request = this.sim.requests.open(this.now, LOGIN);
    this.sim.requests.connection[request] = this.world.connections.open(this.id, state, this.now);
    this.send(to, request);
    return request;
  }

  /** Runs a statement on a session; `work` and `waits` in microseconds, `kind` the index of its class. */
  query(session: ConnectionId, { work = 0, waits = 0, kind = -1 } = {}, verb: Verb = QUERY): RequestId {
    const { requests } = this.sim;
    const request = requests.open(this.now, verb);
    requests.connection[request] = session;
    requests.work[request] = work;
    requests.waits[request] = waits;
    requests.kind[request] = kind;
    this.send(this.serverOf(session), request);
    return request;
  }

  hangUp(session: ConnectionId): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.serverOf(session).hangUp(session);
  }

  connectionLost(session: ConnectionId): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.lost.push(session);
    this.world.connections.forget(session, true);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const because = requests.because[request]!;
    if (requests.verb[request] === LOGIN) {
      this.logins.push({ at: this.now, outcome, because });
      this.settle(requests.connection[request]!, outcome);
    } else {
      this.answers.push({ at: this.now, outcome, since: this.now - requests.born[request]!, because });
    }
    requests.close(request);
  }

  private settle(session: ConnectionId, outcome: Outcome): void {
    if (outcome !== OK) return this.world.connections.forget(session);
    this.world.connections.become(session, IDLE);
    this.sessions.push(session);
  }

  private serverOf(session: ConnectionId): SessionServer & Address {
    return this.sim.components[this.world.connections.server[session]!] as SessionServer & Address & Host;
  }
}
