import { type Command, InvalidArgumentError, Option } from "commander";
import { Mistake, readDuration } from "../../../models/unit.ts";
import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { interruption } from "../interruption.ts";
import { jobsOption } from "../run-options.ts";
import type { Session } from "../session.ts";
import { queueAddress, queueOption } from "./queue-address.ts";
import type { QueueWorker } from "./queue-worker.ts";
import { timeoutOption } from "./study-options.ts";

export interface WorkerOptions {
  readonly queue?: string;
  readonly jobs: number;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Milliseconds. */
  readonly idle?: number;
}

const ENDING = `
A command with the same --queue puts its runs there, and any number of workers on any
number of machines does them. Workers take the jobs of their own version of the engine
alone. One that is lost, or loses the queue, loses no run: its jobs go to another after
some seconds, and what is done twice comes out the same. A run that takes three workers
with it is reported by the command, which goes on with the others.

The queue is a Redis (5 or later, with maxmemory-policy noeviction). What is finished
stays in it until the command has its answer; whatever nobody asks for goes after a day.
The environment variable BROWNOUT_QUEUE does as well as --queue, and keeps a password
out of the list of processes.

  brownout worker --queue redis://queue.example:6379
  brownout sensitivity scenarios/scale-out-cascade.yaml --queue redis://queue.example:6379`;

/** Adds the options of `brownout worker`. */
export function withWorker(command: Command): Command {
  return command
    .addOption(queueOption("the Redis where the jobs are, such as redis://queue.example:6379"))
    .addOption(jobsOption())
    .addOption(timeoutOption())
    .addOption(
      new Option(
        "--idle <duration>",
        "end after so long without a job; 0s ends with the last one (default: never)",
      ).argParser(milliseconds),
    )
    .addHelpText("after", ENDING);
}

/** `brownout worker --queue ADDRESS`: does the runs of commands elsewhere, until Ctrl-C or until there are none. */
export async function workerCommand(options: WorkerOptions, { progress, errors }: Session): Promise<ExitCode> {
  const { queue, jobs, timeout, idle } = options;
  if (queue === undefined) throw new WrongInput("expected --queue, such as --queue redis://queue.example:6379");
  const address = queueAddress(queue);
  const interrupted = interruption("the runs under way go back to the queue");
  const note = (line: string) => {
    progress.clear();
    errors.print([line]);
  };
  const { QueueWorker } = await import("./queue-worker.ts");
  const worker: QueueWorker = await QueueWorker.open(address, {
    ...{ jobs, timeout, idle, interrupted, note },
    onJob: () => progress.show(0, doneInWords(worker)),
  });
  note(`${ENGINE}: works at the queue ${address.shown}, ${jobs === 1 ? "one run" : `${jobs} runs`} at a time`);
  await worker.run();
  note(doneInWords(worker));
  return EXIT.asExpected;
}

function doneInWords({ done, failed }: QueueWorker): string {
  return `${done === 1 ? "1 run" : `${done} runs`} done${failed === 0 ? "" : `, ${failed} of them failed`}`;
}

function milliseconds(value: string): number {
  const micros = readDuration(value);
  if (!(micros instanceof Mistake) && micros >= 0) return micros / 1000;
  throw new InvalidArgumentError("Expected a duration, such as 30s.");
}
