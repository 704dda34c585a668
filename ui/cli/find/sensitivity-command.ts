import { type Extent, movesOf } from "../../../scenarios/study/sensitivity.ts";
import { tornado } from "../../../scenarios/study/tornado.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew, type StudyOptions } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { figure } from "../figures.ts";
import { OutputFile } from "../output-file.ts";
import { changeOf } from "../run-options.ts";
import { openScenario } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { sensitivityLines, tornadoCsv } from "./sensitivity-report.ts";

export interface SensitivityOptions extends StudyOptions {
  readonly replications: number;
  /** A share: 0.2 moves each figure by 20 %. */
  readonly by: number;
  /** Whether each figure is moved to the ends of its stated range instead. */
  readonly range?: boolean;
  readonly csv?: string;
}

/** `brownout sensitivity FILE`: which assumed figures decide how bad it gets, and by how much? */
export async function sensitivityCommand(
  file: string,
  options: SensitivityOptions,
  session: Session,
): Promise<ExitCode> {
  const { by, replications, seed } = options;
  const { out } = session;
  const change = changeOf(options);
  const opened = openScenario(file, change);
  const { input, scenario } = opened;
  const extent: Extent = options.range ? "range" : { by };
  const moves = movesOf(input, scenario, change, extent);
  if (moves.moves.length === 0) throw noAssumption(file);
  const output = new StudyOutput("tornado", opened, options);
  const csv = options.csv === undefined ? undefined : new OutputFile(options.csv);
  const far = options.range ? "to an end of its range" : `by ${figure(by * 100)} %`;
  const which = `replications 0 to ${replications - 1} of the scenario and ${moves.moves.length} moves of one assumed figure ${far}`;
  session.announce(opened, seed, which);
  const crew = openCrew(input, options, session);
  const study = tornado(moves, { change, seed, replications });
  const { answer, failed, isInterrupted } = await conduct(study, crew, input, session);
  await crew.dismiss();
  output.write(answer, !isInterrupted);
  csv?.write(tornadoCsv(answer));
  csv?.finish();
  out.print(sensitivityLines(answer, isInterrupted, out));
  if (failed > 0) return EXIT.ourMistake;
  return isInterrupted ? EXIT.inconclusive : EXIT.asExpected;
}

/** A scenario without any figure that somebody assumed. */
export function noAssumption(file: string): WrongInput {
  return new WrongInput(
    `${file}: no figure can be moved; expected entries such as "noti-db.cores: assumed 2..8" under figures`,
  );
}
