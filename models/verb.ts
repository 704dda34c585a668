import type { Verb } from "../sim/requests.ts";

/** A call from a client to a service, as over HTTP. */
export const CALL: Verb = 1;
/** Opening a session: TCP handshake, greeting, authentication. */
export const LOGIN: Verb = 2;
/** A statement on an open session. */
export const QUERY: Verb = 3;
/** COM_PING on an open session. */
export const PING: Verb = 4;
/** A DNS look-up: UDP, so a lost packet costs the resolver's whole timeout. */
export const LOOKUP: Verb = 5;
/** Opening a connection without a session on it: the handshake of TCP. */
export const CONNECT: Verb = 6;
/** SELECT @@global.read_only on an open session: OK where it may be written to, ER_OPTION_PREVENTS_STATEMENT where not. */
export const READ_ONLY: Verb = 7;
/** A command to a store of values such as Redis. */
export const COMMAND: Verb = 8;
