import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Change } from "../../scenarios/experiment/input.ts";

/** Which run is meant: what is changed in the scenario, and the seed. */
export interface ChangeOptions {
  readonly variant?: string;
  readonly seed?: string;
  readonly set: readonly string[];
}

const MOST_REPLICATIONS = 100_000;

/** Adds `--variant`, unless all variants are meant, and `--seed` and `--set`. */
export function withChange(command: Command, { variant } = { variant: true }): Command {
  if (variant) command.option("--variant <name>", "run this variant of the scenario");
  return command
    .addOption(seedOption())
    .addOption(
      new Option("--set <path=value>", "change a value, as in --set proxysql.replicas=9; may be given many times")
        .argParser((value, before: readonly string[]) => [...before, value])
        .default([], "none"),
    );
}

export function changeOf({ variant, set }: ChangeOptions): Change {
  return { variant, overrides: set };
}

/** `--jobs`: how many runs go on at the same time. */
export function jobsOption(): Option {
  return new Option("--jobs <n>", "runs at the same time")
    .argParser(wholeNumber(1, 1024))
    .default(availableParallelism(), "one for each processor");
}

export function replicationsOption(standard?: number): Option {
  return new Option("--replications <n>", "runs with the same seed, each with people and chance of its own")
    .argParser(wholeNumber(1, MOST_REPLICATIONS))
    .default(standard);
}

export function seedOption(): Option {
  const about = "begin all random numbers with this, a number or a text (default: the file's)";
  return new Option("--seed <seed>", about).argParser(seedIn);
}

export function replicationOption(): Option {
  return new Option("--replication <k>", "the one of many runs that is meant, counted from 0")
    .argParser(wholeNumber(0, MOST_REPLICATIONS))
    .default(0);
}

export function jsonOption(what: string): Option {
  return new Option("--json <file>", `write ${what} to a file as JSON; - for standard output`);
}

/** A whole number in a range, written plainly. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

function seedIn(value: string): string {
  if (value !== "" && value.length <= 100) return value;
  throw new InvalidArgumentError("Expected a number or a text of at most 100 characters.");
}
