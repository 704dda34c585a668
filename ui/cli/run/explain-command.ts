import { explanationOf } from "../../../scenarios/experiment/explanation.ts";

import { EXIT, type ExitCode } from "../exit-code.ts";
import { type ChangeOptions, changeOf } from "../run-options.ts";
import { openScenario } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { storyLines } from "./explanation-report.ts";
import { runOnce } from "./run-command.ts";

export interface ExplainOptions extends ChangeOptions {
  readonly replication: number;
}

/** `brownout explain FILE`: why a run came out as it did. Whether that was expected does not matter here. */
export async function explainCommand(file: string, options: ExplainOptions, session: Session): Promise<ExitCode> {
  const opened = openScenario(file, changeOf(options));
  const { result } = await runOnce(opened, options, session);
  session.out.print(storyLines(result, explanationOf(result), session.out));
  return result.reached < result.duration ? EXIT.inconclusive : EXIT.asExpected;
}
