import type { RequestId } from "./requests.ts";

/** Something that a request can be sent to. */
export interface Service {
  /** Takes a request in. The answer comes later, or at once, through the caller's `resume`. */
  receive(request: RequestId): void;
}

/**
 * How a request ended, seen from whoever sent it: OK, or the reason why not.
 * Small numbers are reasons that every system has; from 1000 on they are error codes of a product (1040, 9001).
 */
export type Outcome = number;

export const OK: Outcome = 0;
/** Nobody listens, or there is no endpoint to send to: the answer is an immediate "connection refused". */
export const REFUSED: Outcome = 1;
/** A bounded line was full. */
export const REJECTED: Outcome = 2;
/** The network lost it for good. */
export const LOST: Outcome = 3;
/** Whoever asked stopped waiting. */
export const TIMED_OUT: Outcome = 4;
/** The server went away while it worked on the request, or the connection was cut. */
export const BROKEN: Outcome = 5;
/** The name of the server could not be looked up. */
export const NAME_NOT_FOUND: Outcome = 6;
