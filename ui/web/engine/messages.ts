import type { Change, Input } from "../../../scenarios/experiment/input.ts";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import type { Content, FileFault } from "../files/content.ts";
import type { RoundResults, StudyPlan, StudyQuestion, StudyStep, Suggestion } from "./study-question.ts";

/** What the page asks of the engine; `id` is on every answer. */
export type Order = { readonly id: number } & (
  | { readonly do: "check"; readonly input: Input; readonly change: Change }
  | { readonly do: "run"; readonly input: Input; readonly run: RunOrder }
  | { readonly do: "job"; readonly input: Input; readonly job: Job }
  /** What a study takes; the one that `step` is about from then on. */
  | { readonly do: "plan"; readonly input: Input; readonly question: StudyQuestion }
  /** Where the study stands with the results of a round, or would if it were interrupted now. */
  | { readonly do: "step"; readonly results: RoundResults | undefined; readonly isInterrupted: boolean }
  /** What a scenario suggests to vary. */
  | { readonly do: "suggest"; readonly input: Input; readonly change: Change }
  /** What may stand in a scenario. */
  | { readonly do: "schema" }
  /** What is in a file, whatever that may be. */
  | { readonly do: "read"; readonly file: string; readonly bytes: Uint8Array }
  | { readonly do: "cancel" }
);

/** Which run is to be played. */
export interface RunOrder extends Change {
  readonly seed?: string | undefined;
  readonly replication: number;
}

/** What the engine tells the page. */
export type Answer = { readonly id: number } & (
  | { readonly is: "checked"; readonly problems: readonly Problem[] }
  | { readonly is: "progress"; readonly share: number; readonly events: number }
  /** The run as far as it has come; the last one is of the whole run. */
  | { readonly is: "recording"; readonly recording: Recording; readonly isWhole: boolean }
  | { readonly is: "result"; readonly result: Result }
  | { readonly is: "planned"; readonly plan: StudyPlan }
  | { readonly is: "step"; readonly step: StudyStep }
  | { readonly is: "suggested"; readonly suggestions: readonly Suggestion[] }
  | { readonly is: "schema"; readonly schema: JsonSchema }
  | { readonly is: "read"; readonly content: Content }
  /** A file that is none of ours. */
  | { readonly is: "unread"; readonly fault: FileFault }
  | { readonly is: "refused"; readonly problems: readonly Problem[] }
  | { readonly is: "failed"; readonly message: string }
);
