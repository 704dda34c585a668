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
  /** Index of the hostgroup that its query goes to. */
  hostgroup = new Int32Array(0);
  /** When its query began to look for a connection. */
  since = new Float64Array(0);
  /** Attempts to connect that its query has left. */
  connectRetries = new Int32Array(0);
  /** How often its query may still be sent again. */
  queryRetries = new Int32Array(0);
  /** The connection to a server that it has, or NOBODY. */
  backend = new Int32Array(0);
  /** Queries, the current one included, for which it keeps that connection. */
  keeps = new Int32Array(0);
  /** The pending deadline of its query, or the end of keeping its connection. */
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
    this.keeps[session] = 0;
    this.timer[session] = NO_EVENT;
    this.step[session] = NO_EVENT;
    this.rank[session] = NOBODY;
  }
}
