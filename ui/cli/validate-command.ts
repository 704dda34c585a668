import { formatProblem } from "../../scenarios/language/problem.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { noted, readScenario } from "./scenario-file.ts";
import type { Session } from "./session.ts";

/** `brownout validate FILE...`: everything that is wrong in each file, and what is only doubtful. */
export function validateCommand(files: readonly string[], { out }: Session): ExitCode {
  let broken = 0;
  for (const file of files) {
    const { problems } = readScenario(file, { overrides: [] }).loaded;
    const mistakes = problems.filter(({ severity }) => severity === "error").length;
    const warnings = problems.length - mistakes;
    out.print(problems.map((problem) => formatProblem(problem)));
    if (mistakes > 0) broken++;
    else out.print([`${file}: ${out.color.green("valid")}${warnings > 0 ? `, with ${noted(warnings)}` : ""}`]);
  }
  if (files.length > 1) out.print([`${files.length - broken} of ${files.length} files are valid`]);
  return broken > 0 ? EXIT.wrongInput : EXIT.asExpected;
}
