import { CommanderError } from "commander";
import { EXIT, exitCodeOfError, reportOf } from "../exit-code.ts";
import { whyNot } from "../output-file.ts";
import { type Ending, exitCodeOfCommander, program } from "../program.ts";
import { Session } from "../session.ts";

/** Does what the command line says, and sets the exit code of the process. */
export async function obey(args: readonly string[]): Promise<void> {
  process.stdout.on("error", endWithout);
  process.stderr.on("error", () => undefined);
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

/** Whoever reads our output may stop reading, as `head` does: then there is nobody left to tell. All else is told. */
function endWithout(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`standard output cannot be written: ${whyNot(error)}\n`);
  process.exit(EXIT.wrongInput);
}
