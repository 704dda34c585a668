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
/** BEGIN on an open session: what follows commits together, and row locks last until then. */
export const BEGIN: Verb = 9;
/** COMMIT on an open session. */
export const COMMIT: Verb = 10;
/** ROLLBACK on an open session. */
export const ROLLBACK: Verb = 11;
/** A question to the admin interface of a ProxySQL process, from another of its cluster. */
export const ADMIN: Verb = 12;
/** A random read of one page of 16 KiB from a disk. */
export const PAGE_READ: Verb = 13;
/** A flush of what was written to a disk, so that it outlives a loss of power. */
export const SYNC: Verb = 14;
/** Transactions of the binary log on their way from a source to a replica. */
export const REPLICATE: Verb = 15;
