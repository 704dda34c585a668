import type { JournalId } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";

/** Something at a client that keeps calls from being made at all, to protect who is called or the client itself. */
export interface Guard {
  /** How a call ends that is not let out. */
  readonly refusal: Outcome;
  /** Whether a call may go out now. One that may is settled later, once. */
  admits(now: Micros): boolean;
  /** Why calls are not let out: a journal entry. */
  because(): JournalId;
  /** A call that went out has ended, well or not, after so long; `because` is what made it fail. */
  settle(isGood: boolean, took: Micros, now: Micros, because: JournalId): void;
}
