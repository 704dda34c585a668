import { type Command, InvalidArgumentError, Option } from "commander";
import { Mistake, readDuration } from "../../../models/unit.ts";
import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import { WrongInput } from "../exit-code.ts";
import { type ChangeOptions, jobsOption, jsonOption, withChange } from "../run-options.ts";
import type { Session } from "../session.ts";
import type { Crew } from "./crew.ts";
import { queueAddress, queueOption } from "./queue-address.ts";
import { QueueCrew } from "./queue-crew.ts";
import { RecallingCrew } from "./recalling-crew.ts";
import { RememberingCrew } from "./remembering-crew.ts";
import { ResultsFolder } from "./results-folder.ts";
import { readShard, type Shard } from "./shard.ts";
import { ThreadCrew } from "./thread-crew.ts";

/** Who does the runs, and where they are kept. */
export interface CrewOptions {
  readonly jobs: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly queue?: string;
  readonly results?: string;
  readonly shard?: Shard;
}

/** What every command that takes many runs can be told: what is changed, who does the runs, and where the answer goes. */
export interface StudyOptions extends ChangeOptions, CrewOptions {
  readonly json?: string;
}

/** Adds the options of a study; without `variant` all variants are meant. */
export function withStudy(command: Command, what: string, { variant } = { variant: true }): Command {
  return withCrew(withChange(command, { variant })).addOption(jsonOption(what));
}

/** Adds what says who does the runs. All of it is named in WHERE, too. */
function withCrew(command: Command): Command {
  return command
    .addOption(jobsOption())
    .addOption(timeoutOption())
    .addOption(queueOption("have the runs done by the workers at this Redis; see brownout worker --help"))
    .addOption(
      new Option(
        "--results <folder>",
        "keep finished runs in this folder, and run nothing again that is in it",
      ).argParser(folderIn),
    )
    .addOption(
      new Option(
        "--shard <i/n>",
        "do only this part of the runs, such as 2/3; brownout merge puts parts together",
      ).argParser(readShard),
    );
}

function folderIn(value: string): string {
  if (value !== "" && !value.includes("\0")) return value;
  throw new InvalidArgumentError("Expected the name of a folder, such as runs.");
}

/** Options that say where runs run, and so make no difference to the answer. */
const WHERE = ["--jobs", "--timeout", "--queue", "--results", "--shard"];

/** The arguments of a command without those that make no difference to its answer. */
export function withoutWhere(args: readonly string[]): string[] {
  return withoutOptions(args, WHERE);
}

/** The arguments of a command without these options, each of which has a value. */
export function withoutOptions(args: readonly string[], options: readonly string[]): string[] {
  return args.filter(
    (word, at) => !options.includes(word.replace(/=.*/s, "")) && !options.includes(args[at - 1] ?? ""),
  );
}

/** Those who do the runs, as the options say. */
export function openCrew(input: Input, options: CrewOptions, session: Session, keepsResults = false): Crew {
  const { results, shard } = options;
  const { sharded, args, errors } = session;
  if (sharded !== undefined) return new RecallingCrew(sharded, inputHash(input));
  const crew = workersOf(input, options, session, keepsResults);
  if (results === undefined) {
    if (shard === undefined) return crew;
    throw new WrongInput("--shard does a part of the runs: expected --results, too, for a folder to keep them in");
  }
  const part = shard === undefined ? undefined : { args: withoutWhere(args), shard, input };
  const folder = new ResultsFolder(results, (line) => errors.print([line]), part);
  return new RememberingCrew(crew, folder, { inputHash: inputHash(input), shard });
}

/** Workers elsewhere, if they are asked for, and threads of this machine otherwise. */
function workersOf(input: Input, options: CrewOptions, session: Session, keepsResults: boolean): Crew {
  const { jobs: workers, timeout, queue } = options;
  const { interrupted, progress, errors } = session;
  if (queue === undefined) return new ThreadCrew(input, { workers, keepsResults, timeout, interrupted });
  const note = (line: string) => {
    progress.clear();
    errors.print([line]);
  };
  return new QueueCrew(input, queueAddress(queue), { keepsResults, interrupted, note });
}

export function timeoutOption(): Option {
  return new Option(
    "--timeout <duration>",
    "give a run up that takes longer, and go on with the others (default: 10m)",
  ).argParser((value) => {
    const micros = readDuration(value);
    if (!(micros instanceof Mistake) && micros >= 1000 && micros / 1000 <= LONGEST_TIMEOUT) return micros / 1000;
    throw new InvalidArgumentError("Expected a duration from 1ms to 20d, such as 10m.");
  });
}

/** Milliseconds; timers know no more than 24 days. */
const LONGEST_TIMEOUT = 20 * 86_400_000;
