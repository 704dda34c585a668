import { type Command, InvalidArgumentError, Option } from "commander";
import { PARTS, type Part } from "../../../scenarios/verdict/verdict.ts";
import { type StudyOptions, withStudy } from "../crew/study-options.ts";
import { replicationsOption } from "../run-options.ts";

export interface VerdictOptions extends StudyOptions {
  readonly replications: number;
  readonly skip: readonly Part[];
  /** "callers.rate=10/s..150/s". */
  readonly capacity?: string;
  readonly playbook?: boolean;
  /** Where the scenario with the smallest trigger goes. */
  readonly smallestTrigger?: string;
}

const ENDING = `
Exit codes:
  0  nothing bad: most runs are unaffected or come back in time, and no action did harm; or the file expects to fail
  1  an action turned a partial outage into a complete one or did other harm, or most runs do not come back in time
  2  the scenario or the command line is wrong; nothing ran
  3  inconclusive: interrupted, or most runs end before it shows whether they come back
  4  an invariant of the simulator broke: a mistake in Brownout, never in the scenario

What counts as broken and as well again, and how long recovery may take, is under recovery in the file:
brownout docs scenario.`;

/** Adds what a verdict can be told. */
export function withVerdict(command: Command): Command {
  command.description("say what happened, which action did it, whether it would come back, and what keeps it down");
  return withStudy(command, "the verdict")
    .addOption(replicationsOption(20))
    .addOption(
      new Option("--skip <parts>", `leave out parts of the report: ${PARTS.join(", ")}, joined by commas`)
        .argParser(partsIn)
        .default([], "none"),
    )
    .option(
      "--capacity <load.rate=lo..hi>",
      "find how much load it carries from a healthy start, and after a collapse, between two rates",
    )
    .option("--playbook", "try remedies in the collapsed state; more of it: brownout playbook")
    .option(
      "--smallest-trigger <file>",
      "find the least that has to happen, and write it as a scenario: brownout trigger",
    )
    .addHelpText("after", ENDING);
}

function partsIn(text: string): Part[] {
  return text.split(",").map((word) => {
    const part = PARTS.find((each) => each === word.trim());
    if (part === undefined) throw new InvalidArgumentError(`Expected some of ${PARTS.join(", ")}, joined by commas.`);
    return part;
  });
}
