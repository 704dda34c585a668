import { playbook } from "../../../scenarios/verdict/playbook.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew, type StudyOptions } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { changeOf } from "../run-options.ts";
import { openScenario } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { playbookLines } from "./playbook-report.ts";

export interface PlaybookOptions extends StudyOptions {
  readonly replications: number;
}

/** `brownout playbook FILE`: what would help against the collapse? */
export async function playbookCommand(file: string, options: PlaybookOptions, session: Session): Promise<ExitCode> {
  const { replications, seed } = options;
  const change = changeOf(options);
  const opened = openScenario(file, change);
  const { input, scenario } = opened;
  const output = new StudyOutput("playbook", opened, options);
  session.announce(opened, seed, `replications 0 to ${replications - 1}, and each remedy in those that stay down`);
  const crew = openCrew(input, options, session);
  const study = playbook({ scenario, change, seed, replications });
  const { answer, failed, isInterrupted } = await conduct(study, crew, input, session);
  await crew.dismiss();
  output.write(answer, !isInterrupted);
  session.out.print(playbookLines(answer, session.out));
  if (failed > 0) return EXIT.ourMistake;
  return isInterrupted ? EXIT.inconclusive : EXIT.asExpected;
}
