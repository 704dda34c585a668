import type { RequestId, Requests, Verb } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome } from "../../sim/service.ts";
import type { RequestClass } from "../load/request-class.ts";
import { BEGIN, COMMIT, QUERY, ROLLBACK } from "../verb.ts";
import type { Ticket, Tickets } from "./tickets.ts";

/** Bytes of BEGIN, COMMIT or ROLLBACK, and of the OK, each with the headers below it. */
const BYTES = 77;

/** What comes next on a connection that was borrowed for a call: a statement, or that all is done. */
export type Next = "statement" | "done";

/**
 * The statements of one loan in order, those that make a transaction of them included: BEGIN before the first, COMMIT
 * after the last, and ROLLBACK once one has failed. A connection that broke has nothing more to be said on it.
 */
export class Transactions {
  private readonly requests: Requests;
  private readonly tickets: Tickets;
  private readonly classes: readonly RequestClass[];

  constructor(requests: Requests, tickets: Tickets, classes: readonly RequestClass[]) {
    this.requests = requests;
    this.tickets = tickets;
    this.classes = classes;
  }

  /** Whether the statements of a request run in one transaction. */
  has(request: RequestId): boolean {
    return this.classes[this.requests.kind[request]!]!.transaction;
  }

  /** The connection is there. */
  begin(ticket: Ticket, request: RequestId): void {
    this.tickets.outcome[ticket] = OK;
    if (this.has(request)) this.say(BEGIN, ticket, request);
    else this.requests.verb[request] = QUERY;
  }

  /** A statement has been answered. How all of it ended is in the ticket's `outcome` when it is done. */
  next(ticket: Ticket, request: RequestId, outcome: Outcome): Next {
    const { tickets, requests } = this;
    const verb = requests.verb[request]!;
    if (verb === QUERY) tickets.left[ticket]!--;
    else this.endSaying(verb, ticket, request, outcome);
    if (tickets.connection[ticket]! < 0) tickets.outcome[ticket] = BROKEN;
    else if (outcome !== OK) tickets.outcome[ticket] = outcome;
    const isBroken = tickets.outcome[ticket] === BROKEN || tickets.outcome[ticket] === LOST;
    if (isBroken || verb === COMMIT || verb === ROLLBACK) return "done";
    if (outcome === OK && tickets.left[ticket]! > 0) return "statement";
    if (!this.has(request) || (verb === BEGIN && outcome !== OK)) return "done";
    this.say(outcome === OK ? COMMIT : ROLLBACK, ticket, request);
    return "statement";
  }

  private say(verb: Verb, ticket: Ticket, request: RequestId): void {
    const { tickets, requests } = this;
    requests.verb[request] = verb;
    tickets.rounds[ticket] = requests.rounds[request]!;
    tickets.bytesIn[ticket] = requests.bytesIn[request]!;
    tickets.bytesOut[ticket] = requests.bytesOut[request]!;
    requests.rounds[request] = 1;
    requests.bytesIn[request] = BYTES;
    requests.bytesOut[request] = BYTES;
  }

  /** The request has the sizes of a statement again; where it has failed, the answer keeps its own. */
  private endSaying(verb: Verb, ticket: Ticket, request: RequestId, outcome: Outcome): void {
    const { tickets, requests } = this;
    requests.rounds[request] = tickets.rounds[ticket]!;
    requests.bytesIn[request] = tickets.bytesIn[ticket]!;
    if (outcome !== OK) return;
    requests.bytesOut[request] = tickets.bytesOut[ticket]!;
    if (verb === BEGIN) requests.verb[request] = QUERY;
  }
}
