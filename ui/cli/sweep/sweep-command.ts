import { sweep } from "../../../scenarios/study/sweep.ts";
import { mostRuns, type SweepPlan } from "../../../scenarios/study/sweep-plan.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { whole } from "../figures.ts";
import { wrap } from "../printer.ts";
import { changeOf } from "../run-options.ts";
import { openScenario, type ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { emitKubernetes } from "./emit-options.ts";
import { costLine, secondsOf, tooMuch } from "./sweep-cost.ts";
import { CellsFile, TimesFile } from "./sweep-files.ts";
import { planOf, type SweepOptions } from "./sweep-options.ts";
import { sweepLines } from "./sweep-report.ts";

/** `brownout sweep FILE --vary path=values`: what becomes of it all over a range of values? */
export async function sweepCommand(file: string, options: SweepOptions, session: Session): Promise<ExitCode> {
  const opened = openScenario(file, changeOf(options));
  const { input } = opened;
  const { replications, seed, yes = false, atMost } = options;
  const plan = planOf(opened, options, session.args);
  if (options.emit !== undefined) return emitSweep(opened, plan, options, session);
  const output = new StudyOutput("sweep", opened, options);
  const [cells, times] = [new CellsFile(options.csv), new TimesFile(options.times, input)];
  session.announce(opened, seed, `replications 0 to ${replications - 1} of each cell`);
  const cost = costLine(plan, await secondsOf(plan, input, options, session), options);
  const reason = tooMuch(plan, cost, yes ? Number.POSITIVE_INFINITY : atMost);
  if (reason !== undefined) throw new WrongInput(reason);
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

/** Shards do not know of each other, so that none can tell where classes border: every cell is simulated. */
function emitSweep(opened: ScenarioFile, plan: SweepPlan, options: SweepOptions, session: Session): ExitCode {
  if (options.refine === true) throw new WrongInput("--emit kubernetes: shards cannot refine; expected --no-refine");
  const limit = options.yes === true ? Number.POSITIVE_INFINITY : options.atMost;
  const reason = tooMuch(plan, `up to ${whole(mostRuns(plan))} runs`, limit);
  if (reason !== undefined) throw new WrongInput(reason);
  const args = plan.isRefined ? [...session.args, "--no-refine"] : session.args;
  return emitKubernetes(opened, options, args);
}
