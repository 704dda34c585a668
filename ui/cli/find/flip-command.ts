import { formatProblem } from "../../../scenarios/language/problem.ts";
import { assumptionsOf } from "../../../scenarios/study/assumption.ts";
import { mistakeInClause, mistakesIn } from "../../../scenarios/study/clause.ts";
import { flipPoints } from "../../../scenarios/study/flip-points.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { changeOf } from "../run-options.ts";
import { readScenario, type ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { flipLines } from "./flip-report.ts";
import type { SearchOptions } from "./search-options.ts";
import { noAssumption } from "./sensitivity-command.ts";

export interface FlipOptions extends SearchOptions {
  /** A check. Default: the outage class is the verdict. */
  readonly until?: string;
}

/** Runs as it stands, by which it is known what the verdict is. */
const BASE_RUNS = 8;

/** `brownout flip FILE`: which assumed figures, moved within their ranges, change the verdict, and where? */
export async function flipCommand(file: string, options: FlipOptions, session: Session): Promise<ExitCode> {
  const { until, within, replications: most, seed } = options;
  const change = changeOf(options);
  const opened = openFor(file, options);
  const { input, scenario } = opened;
  const assumptions = assumptionsOf(input, scenario, change);
  const count = assumptions.assumptions.length;
  if (count === 0) throw noAssumption(file);
  const output = new StudyOutput("flip-points", opened, options);
  const which = `ends of the ranges of ${count} assumed figures, at most ${most} runs of each`;
  session.announce(opened, seed, which);
  const replications = Math.min(BASE_RUNS, most);
  const study = flipPoints(assumptions, { change, seed, replications, until, most, within });
  const crew = openCrew(input, options, session);
  const { answer, failed, isInterrupted } = await conduct(study, crew, input, session);
  await crew.dismiss();
  output.write({ until: until ?? null, ...answer }, !isInterrupted);
  session.out.print(flipLines(answer, until, isInterrupted, session.out));
  if (failed > 0) return EXIT.ourMistake;
  const ends = answer.figures.flatMap((each) => each.ends);
  const isOpen = ends.some(
    ({ flips, refused, where }) => (flips === null && refused === null) || where?.isNarrow === false,
  );
  return isInterrupted || isOpen || answer.verdict === null ? EXIT.inconclusive : EXIT.asExpected;
}

/** Reads the scenario and the clause; throws everything that is wrong with either. */
function openFor(file: string, options: FlipOptions): ScenarioFile {
  const { until } = options;
  const change = changeOf(options);
  const { input, loaded } = readScenario(file, change);
  const { scenario, problems } = loaded;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (scenario !== undefined) {
    const mistakes = until === undefined ? [] : mistakesIn(input, change, until);
    if (mistakes.length > 0) throw new WrongInput(mistakes.join("\n"));
    return { input, scenario, warnings: problems.length - errors.length };
  }
  const mistake = until === undefined ? undefined : mistakeInClause(until);
  throw new WrongInput([...errors.map(formatProblem), ...(mistake === undefined ? [] : [mistake])].join("\n"));
}
