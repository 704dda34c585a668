import type { Conclusion } from "../../scenarios/experiment/outcome.ts";
import { InvariantError, LimitError } from "../../sim/assert.ts";

/** What the command ends with, for scripts and build servers. */
export const EXIT = {
  /** Everything came out as the file expects; a disaster that is expected to happen counts. */
  asExpected: 0,
  notAsExpected: 1,
  /** The scenario or the command line is wrong; nothing ran. */
  wrongInput: 2,
  /** Interrupted, or the run was too short to decide. */
  inconclusive: 3,
  /** An invariant of the simulator broke: a mistake in Brownout, which says nothing about the scenario. */
  ourMistake: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const CODES: Readonly<Record<Conclusion, ExitCode>> = {
  "as expected": EXIT.asExpected,
  "not as expected": EXIT.notAsExpected,
  inconclusive: EXIT.inconclusive,
};

/** One run that is not as expected decides; an inconclusive one keeps the others from being enough. */
export function exitCodeOf(conclusions: readonly Conclusion[]): ExitCode {
  if (conclusions.includes("not as expected")) return CODES["not as expected"];
  return conclusions.includes("inconclusive") || conclusions.length === 0 ? EXIT.inconclusive : EXIT.asExpected;
}

/** What the user can put right: the message says how. Printed as it is, without a stack. */
export class WrongInput extends Error {
  override readonly name = "WrongInput";
}

/** There is no answer yet, and nothing is wrong: the message says how far it is, and what to do next. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode) {
    super(message);
    this.code = code;
  }
}

export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof Unanswered) return error.code;
  return error instanceof WrongInput || error instanceof LimitError ? EXIT.wrongInput : EXIT.ourMistake;
}

/** What to print about an error, and for our own mistakes what to send us. `context` says which run it was. */
export function reportOf(error: unknown, context: readonly string[]): string[] {
  if (error instanceof WrongInput || error instanceof Unanswered) return error.message.split("\n");
  if (error instanceof LimitError) {
    return [`The run was given up: ${error.message}. Expected a lower rate, a shorter patience or shorter queues.`];
  }
  const what = error instanceof InvariantError ? error.message : `an unexpected error: ${String(error)}`;
  const stack = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return [
    `Brownout has made a mistake: ${what}`,
    "This says nothing about your scenario. Please report it with the scenario file and these lines:",
    ...[...context, `Node ${process.version} on ${process.platform} ${process.arch}`].map((line) => `  ${line}`),
    ...stack.slice(0, 8),
  ];
}
