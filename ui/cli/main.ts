import { CommanderError } from "commander";
import { EXIT, exitCodeOfError, reportOf } from "./exit-code.ts";
import { type Ending, exitCodeOfCommander, program } from "./program.ts";
import { Session } from "./session.ts";

// Whoever reads our output may stop reading, as `head` does: then there is nobody left to tell.
process.stdout.on("error", () => process.exit());

const ending: Ending = { session: new Session(), code: EXIT.asExpected };
try {
  await program(ending).parseAsync();
  process.exitCode = ending.code;
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = exitCodeOfCommander(error);
  else {
    const { session } = ending;
    session.progress.clear();
    session.errors.print(reportOf(error, session.contextLines()));
    process.exitCode = exitCodeOfError(error);
  }
}
