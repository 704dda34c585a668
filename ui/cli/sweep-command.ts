import { sweep } from "../../scenarios/study/sweep.ts";
import { mostRuns } from "../../scenarios/study/sweep-plan.ts";
import { conduct } from "./conduct.ts";
import { EXIT, type ExitCode, WrongInput } from "./exit-code.ts";
import { wrap } from "./printer.ts";
import { changeOf } from "./run-options.ts";
import { openScenario } from "./scenario-file.ts";
import type { Session } from "./session.ts";
import { openCrew } from "./study-options.ts";
import { StudyOutput } from "./study-output.ts";
import { costLine, secondsOf, tooMuch } from "./sweep-cost.ts";
import { CellsFile, TimesFile } from "./sweep-files.ts";
import { planOf, type SweepOptions } from "./sweep-options.ts";
import { sweepLines } from "./sweep-report.ts";

/** `brownout sweep FILE --vary path=values`: what becomes of it all over a range of values? */
export async function sweepCommand(file: string, options: SweepOptions, session: Session): Promise<ExitCode> {
  const opened = openScenario(file, changeOf(options));
  const { input } = opened;
  const { replications, seed, jobs, yes = false, atMost } = options;
  const plan = planOf(opened, options);
  const output = new StudyOutput("sweep", opened, options);
  const [cells, times] = [new CellsFile(options.csv), new TimesFile(options.times, input)];
  session.announce(opened, seed, `replications 0 to ${replications - 1} of each cell`);
  const cost = costLine(plan, await secondsOf(plan, input, options, session), jobs);
  if (mostRuns(plan) > atMost && !yes) throw new WrongInput(tooMuch(cost, atMost));
  session.out.print([...wrap(cost, session.out.width), ""]);
  const crew = openCrew(input, options, session);
  const { answer, failed, isInterrupted } = await conduct(sweep(plan), crew, input, session, times.onJob);
  await crew.dismiss();
  output.write(answer, !isInterrupted);
  cells.write(answer);
  times.finish();
  session.out.print(sweepLines(answer, { file, options, isInterrupted }, session.out));
  if (failed > 0) return EXIT.ourMistake;
  if (isInterrupted) return EXIT.inconclusive;
  return answer.cells.some(({ n }) => n > 0) ? EXIT.asExpected : EXIT.wrongInput;
}
