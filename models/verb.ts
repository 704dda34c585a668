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
