import type { Change } from "../../../scenarios/experiment/input.ts";
import type { Comparison } from "../../../scenarios/study/comparison.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";

/** A study that somebody asks for in the page: the options of the command of the same name. */
export type StudyQuestion = SweepQuestion | ComparisonQuestion;

export interface SweepQuestion {
  readonly study: "sweep";
  readonly base: Change;
  /** "path=values", at least one. */
  readonly vary: readonly string[];
  /** Default: the file's. */
  readonly seed?: string | undefined;
  readonly replications: number;
}

export interface ComparisonQuestion {
  readonly study: "comparison";
  readonly a: Change;
  readonly b: Change;
  /** Default: the file's. */
  readonly seed?: string | undefined;
  readonly replications: number;
}

/** What a study comes to; of a sweep also as the command line writes it with `--csv`. */
export type StudyAnswer =
  | { readonly study: "sweep"; readonly answer: SweepAnswer; readonly csv: string }
  | { readonly study: "comparison"; readonly answer: Comparison };

/** What a study takes, or why it cannot be done. */
export type StudyPlan =
  | { readonly mistakes: readonly string[] }
  | {
      readonly cells: number;
      /** At most. */
      readonly runs: number;
      /** Only where classes border. */
      readonly isRefined: boolean;
      /** A run amid all of them, to see what one costs. */
      readonly probe: Job;
    };

/** Where a study stands: it asks for jobs, or has its answer. */
export type StudyStep =
  | { readonly is: "round"; readonly about: string; readonly jobs: readonly Job[] }
  | ({ readonly is: "answer" } & StudyAnswer);

/** What became of the jobs of a round so far; undefined where nothing has. */
export type RoundResults = readonly (Result | undefined)[];

/** A value of the scenario that it suggests to vary. */
export interface Suggestion {
  readonly path: string;
  /** As after the path in `--vary`. */
  readonly values: string;
  readonly note: string;
}
