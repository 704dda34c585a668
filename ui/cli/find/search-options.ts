import { type Command, InvalidArgumentError, Option } from "commander";
import { Mistake, readShare } from "../../../models/unit.ts";
import { type StudyOptions, withStudy } from "../crew/study-options.ts";
import { wholeNumber } from "../run-options.ts";

/** What every search for a value can be told: how close it is to come, and how long it may try. */
export interface SearchOptions extends StudyOptions {
  /** How close the two values that it lies between are to be, as a share of themselves. */
  readonly within: number;
  /** The most runs of one value. */
  readonly replications: number;
}

/** Fewer runs that agree could be chance. */
const LEAST_RUNS = 4;
const MOST_RUNS = 10_000;

/** Adds the options of a search. */
export function withSearch(command: Command, what: string): Command {
  const within = new Option("--within <share>", "how close the two values must be, as a share of themselves")
    .argParser(shareIn)
    .default(0.02, "2%");
  const most = new Option("--replications <n>", "runs of one value at most; fewer where the answer is plain")
    .argParser(wholeNumber(LEAST_RUNS, MOST_RUNS))
    .default(64);
  return withStudy(command, what).addOption(within).addOption(most);
}

/** A share above 0 and below 1: "20%" or 0.2. */
export function shareIn(value: string): number {
  const share = readShare(/^\d+(\.\d+)?$/.test(value) ? Number(value) : value);
  if (share instanceof Mistake) throw new InvalidArgumentError(`${share.wrong}; expected ${share.right}.`);
  if (share <= 0 || share >= 1) throw new InvalidArgumentError("Expected a share between 0% and 100%, such as 20%.");
  return share;
}
