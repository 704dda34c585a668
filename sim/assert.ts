/**
 * An invariant of the simulator does not hold: a mistake in Brownout itself, never in what the user wrote.
 *
 * The message says what broke, after the words "invariant broken: ".
 */
export class InvariantError extends Error {
  override readonly name = "InvariantError";

  constructor(message: string) {
    super(`invariant broken: ${message}`);
  }
}

/** Stops the run with an InvariantError unless the condition holds. A message that costs something is given as a function. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === "string" ? message : message());
}

/** A run that needs more than it may have: so many requests in flight, or pending events, that memory would run out. */
export class LimitError extends Error {
  override readonly name = "LimitError";
}
