import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { inputHash } from "../../../scenarios/experiment/input.ts";
import { type JsonOutput, jsonOutput } from "../output-file.ts";
import type { ScenarioFile } from "../scenario-file.ts";
import type { StudyOptions } from "./study-options.ts";

/**
 * Format of the JSON of every study: which study of which scenario it is, and its answer, whose form hangs on the study.
 * The same study gives the same bytes, whoever did its runs. It changes when a reader would misread the new one.
 */
const STUDY_FORMAT = "brownout-study/1";

/** The studies that there are. */
export type StudyName =
  | "comparison"
  | "estimate"
  | "sweep"
  | "tornado"
  | "bracket"
  | "flip-points"
  | "verdict"
  | "playbook"
  | "trigger";

/** Where the answer of a study goes as JSON; asked for before it begins. */
export class StudyOutput {
  private readonly json: JsonOutput | undefined;
  private readonly head: object;

  constructor(study: StudyName, { input, scenario }: ScenarioFile, options: StudyOptions) {
    this.json = jsonOutput(options.json);
    const { variant = null, set: overrides, seed = scenario.seed } = options;
    const identity = { scenario: scenario.name, title: scenario.title, variant, overrides, seed };
    this.head = { format: STUDY_FORMAT, engine: ENGINE, study, ...identity, inputHash: inputHash(input) };
  }

  write(answer: object, isComplete: boolean): void {
    this.json?.write(JSON.stringify({ ...this.head, complete: isComplete, answer }));
    this.json?.finish();
  }
}
