import { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId, Verb } from "../../sim/requests.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ER_ACCESS_DENIED_ERROR, ER_NOT_ALLOWED_COMMAND } from "../error.ts";
import { BEGIN, COMMIT, QUERY, ROLLBACK } from "../verb.ts";
import type { World } from "../world.ts";
import { WHOLE } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";

const DELAY_OVER = 1;

/** Bytes of an ERR packet. */
const ERROR_BYTES = 100;
/** Statements that are refused so soon after each other are one story. */
const CALM: Micros = 5 * SECOND;

/** Whether a request is something that is run on a connection to a server. */
export function isStatement(verb: Verb): boolean {
  return verb === QUERY || verb === BEGIN || verb === COMMIT || verb === ROLLBACK;
}

/** Sends each statement of a client where users and rules say, or where its session's transaction is. */
export class QueryRouter extends Component {
  private readonly process: Process;
  private readonly questions: Counter;
  /** Where rules refuse statements: that they do. */
  private readonly blocked: LingeringCondition | undefined;

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/router`);
    this.process = process;
    this.questions = world.sim.record.counter(process, "Questions", "queries");
    const blocks = process.catalog.rules.some(({ error_msg }) => error_msg !== undefined);
    if (blocks) this.blocked = new LingeringCondition(process, world.sim, "query-blocked", CALM);
  }

  override on(_delayOver: typeof DELAY_OVER, session: ConnectionId): void {
    this.seek(session);
  }

  /** A client says something. */
  route(session: ConnectionId, query: RequestId): void {
    const { clients, routes } = this.process;
    const { kind, verb, rounds } = this.sim.requests;
    const statement = routes.of(kind[query]!, verb[query]!);
    clients.statement[session] = statement;
    clients.user[session] = routes.user[statement]!;
    this.questions.add(rounds[query]!);
    if (routes.user[statement] === NOBODY) this.process.finish(session, ER_ACCESS_DENIED_ERROR);
    else if (clients.bereft[session] !== WHOLE) this.mourn(session, query);
    else if (verb[query] === COMMIT || verb[query] === ROLLBACK) this.endTransaction(session);
    else if (routes.isBlocked[statement] === 1) this.block(session, query);
    else if (routes.delay[statement]! > 0) {
      clients.step[session] = this.after(routes.delay[statement]!, DELAY_OVER, session);
    } else this.seek(session);
  }

  /** The query of a session needs a connection in its hostgroup, or in that of the session's transaction. */
  private seek(session: ConnectionId): void {
    const { clients, routes, variables, hostgroups, runner } = this.process;
    const statement = clients.statement[session]!;
    const transaction = clients.transaction[session]!;
    const hostgroup = transaction === NOBODY ? routes.hostgroup[statement]! : transaction;
    clients.hostgroup[session] = hostgroup;
    clients.since[session] = this.now;
    clients.connectRetries[session] = variables["mysql-connect_retries_on_failure"];
    clients.queryRetries[session] = routes.retries[statement]!;
    if (clients.kept[session] !== NOBODY && runner.runOnKept(session)) return;
    hostgroups[hostgroup]!.ask(session);
  }

  /** COMMIT and ROLLBACK go where the transaction is; where there is none the proxy says OK itself. */
  private endTransaction(session: ConnectionId): void {
    const { clients, servers, hostgroups, backends, runner } = this.process;
    const connection = runner.transactionOf(session);
    if (connection === NOBODY) return this.process.finish(session, OK);
    clients.hostgroup[session] = hostgroups.indexOf(servers[backends.server[connection]!]!.hostgroup);
    clients.since[session] = this.now;
    clients.queryRetries[session] = 0;
    runner.runOnKept(session);
  }

  /** What the session had on a connection has gone with it: its next statement is told so. */
  private mourn(session: ConnectionId, query: RequestId): void {
    this.sim.requests.because[query] = this.process.clients.bereft[session]!;
    this.process.clients.bereft[session] = WHOLE;
    this.process.finish(session, BROKEN);
  }

  /** A rule with error_msg refuses the statement. */
  private block(session: ConnectionId, query: RequestId): void {
    const { origin, because, bytesOut } = this.sim.requests;
    because[query] = this.blocked?.renew([origin[query]!, this.process.origin], () => ({})) ?? NONE;
    bytesOut[query] = ERROR_BYTES;
    this.process.finish(session, ER_NOT_ALLOWED_COMMAND);
  }
}
