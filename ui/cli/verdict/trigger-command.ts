import { smallestTrigger } from "../../../scenarios/verdict/smallest-trigger.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew, type StudyOptions } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { OutputFile } from "../output-file.ts";
import { changeOf } from "../run-options.ts";
import { openScenario } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { triggerLines } from "./trigger-report.ts";

export interface TriggerOptions extends StudyOptions {
  readonly replications: number;
  /** Where the scenario file with the smallest trigger goes. */
  readonly write?: string;
}

/** `brownout trigger FILE`: what is the least that has to happen for it to collapse? */
export async function triggerCommand(file: string, options: TriggerOptions, session: Session): Promise<ExitCode> {
  const { replications, seed, write } = options;
  const change = changeOf(options);
  const opened = openScenario(file, change);
  const { input, scenario } = opened;
  const output = new StudyOutput("trigger", opened, options);
  const written = write === undefined ? undefined : new OutputFile(write);
  session.announce(opened, seed, `replications 0 to ${replications - 1}, with less and less that happens`);
  const crew = openCrew(input, options, session);
  const study = smallestTrigger({ input, scenario, change, seed, replications, writeTo: write });
  const { answer, failed, isInterrupted } = await conduct(study, crew, input, session);
  await crew.dismiss();
  const found = answer === "interrupted" ? null : answer;
  output.write(found ?? {}, !isInterrupted);
  if (found !== null) {
    written?.write(found.file);
    written?.finish();
  }
  session.out.print(triggerLines(answer, write, session.out));
  if (failed > 0) return EXIT.ourMistake;
  return isInterrupted ? EXIT.inconclusive : EXIT.asExpected;
}
