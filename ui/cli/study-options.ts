import type { Command } from "commander";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Crew } from "./crew.ts";
import { type ChangeOptions, jobsOption, jsonOption, withChange } from "./run-options.ts";
import type { Session } from "./session.ts";
import { ThreadCrew } from "./thread-crew.ts";

/** What every command that takes many runs can be told: what is changed, who does the runs, and where the answer goes. */
export interface StudyOptions extends ChangeOptions {
  readonly jobs: number;
  readonly json?: string;
}

/** Adds the options of a study; without `variant` all variants are meant. */
export function withStudy(command: Command, what: string, { variant } = { variant: true }): Command {
  return withChange(command, { variant }).addOption(jobsOption()).addOption(jsonOption(what));
}

/** Those who do the runs, as the options say. */
export function openCrew(input: Input, { jobs }: StudyOptions, { interrupted }: Session): Crew {
  return new ThreadCrew(input, { workers: jobs, interrupted });
}
