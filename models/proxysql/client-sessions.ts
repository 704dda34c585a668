import { NO_EVENT } from "../../sim/event-queue.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ConnectionColumns, NOBODY } from "./connection-columns.ts";

/** What the proxy is doing for a client session. */
export type Phase = number;
/** Nothing: the session waits for its client. */
export const SLEEPING: Phase = 0;
/** A worker thread works on its login or its query. */
export const WORKING: Phase = 1;
/** Its query has no connection to a server yet: it waits for one, opens one, or pauses before the next attempt. */
export const SEEKING: Phase = 2;
/** It has a connection of another user, on which COM_CHANGE_USER is under way. */
export const CHANGING_USER: Phase = 3;
/** Its query is at the server. */
export const RUNNING: Phase = 4;

/** Nothing of a session has been lost. */
export const WHOLE = -2;

/** What ProxySQL knows of each client session (MySQL_Session), by the session's connection. */
export class ClientSessions extends ConnectionColumns {
  /** Place in the list of sessions of its pod. */
  place = new Int32Array(0);
  /** The worker thread it belongs to. */
  thread = new Uint8Array(0);
  /** 1 if it was one too many when it was accepted. */
  isSurplus = new Uint8Array(0);
  /** Index of the user whose cap it counts against, or NOBODY. */
  account = new Int32Array(0);
  /** Index of the user that its query runs as. */
  user = new Int32Array(0);
  phase = new Uint8Array(0);
  /** The request it works for: its login, then its queries. */
  request = new Int32Array(0);
  /** The statement that its query is. */
  statement = new Int32Array(0);
  /** Index of the hostgroup that its query goes to. */
  hostgroup = new Int32Array(0);
  /** When its query began to look for a connection. */
  since = new Float64Array(0);
  /** Attempts to connect that its query has left. */
  connectRetries = new Int32Array(0);
  /** How often its query may still be sent again. */
  queryRetries = new Int32Array(0);
  /** The connection to a server that its query has, or NOBODY. */
  backend = new Int32Array(0);
  /** The first of the connections that it keeps between queries, one for each hostgroup at most, or NOBODY. */
  kept = new Int32Array(0);
  /** Index of the hostgroup that all statements go to within a transaction, or NOBODY. */
  transaction = new Int32Array(0);
  /** Why a server has closed a connection with a transaction, variables or locks of its on it; WHOLE if none has. */
  bereft = new Int32Array(0);
  /** The pending deadline of its query. */
  timer = new Int32Array(0);
  /** The pending event that brings it on: the worker thread is done, or a pause is over. */
  step = new Int32Array(0);
  /** Place among those who wait, or NOBODY. */
  rank = new Int32Array(0);

  /** A client has connected. */
  begin(session: ConnectionId, thread: number): void {
    this.reserve(session);
    this.thread[session] = thread;
    this.account[session] = NOBODY;
    this.user[session] = NOBODY;
    this.phase[session] = SLEEPING;
    this.request[session] = NOBODY;
    this.hostgroup[session] = NOBODY;
    this.backend[session] = NOBODY;
    this.kept[session] = NOBODY;
    this.transaction[session] = NOBODY;
    this.bereft[session] = WHOLE;
    this.timer[session] = NO_EVENT;
    this.step[session] = NO_EVENT;
    this.rank[session] = NOBODY;
  }
}
