import { CommanderError } from "commander";
import { EXIT, exitCodeOfError, reportOf } from "../exit-code.ts";
import { type Ending, exitCodeOfCommander, program } from "../program.ts";
import { Session } from "../session.ts";

/** Does what the command line says, and sets the exit code of the process. */
export async function obey(args: readonly string[]): Promise<void> {
  // Whoever reads our output may stop reading, as `head` does: then there is nobody left to tell.
  process.stdout.on("error", () => process.exit());
  const ending: Ending = { session: new Session(args), code: EXIT.asExpected };
  try {
    await program(ending).parseAsync(args, { from: "user" });
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
}
