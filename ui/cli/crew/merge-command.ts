import { inputHash } from "../../../scenarios/experiment/input.ts";
import { WrongInput } from "../exit-code.ts";
import { standInFor } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { KnownRuns } from "./known-runs.ts";
import { partInWords, type StudyPart } from "./runs-file.ts";

/** A study that was done in shards: the command that asks for it, and what is known of its runs. */
export interface ShardedStudy {
  readonly args: readonly string[];
  readonly runs: KnownRuns;
}

/**
 * `brownout merge FILES...`: finds the study that the files are shards of. Whoever then runs its command with these runs
 * gets the answer that the whole study would have given, byte for byte.
 * @param words files and folders, then options for the command, such as where its answer goes.
 */
export function mergeCommand(words: readonly string[], { errors }: Session): ShardedStudy {
  const begin = words.findIndex((word) => word.startsWith("-"));
  const [paths, more] = begin < 0 ? [words, []] : [words.slice(0, begin), words.slice(begin)];
  const runs = new KnownRuns((line) => errors.print([line])).read(paths);
  const [first] = runs.parts;
  if (first === undefined) {
    throw new WrongInput(
      `${paths.join(", ")}: there is no shard in it; expected what --shard i/n --results DIR has left`,
    );
  }
  const studies = distinct(runs.parts, ({ args, shard }) => [args, shard.of]);
  if (studies.length > 1) throw new WrongInput(`these are shards of several studies; expected one:${listed(studies)}`);
  const inputs = distinct(runs.parts, ({ input }) => [input.file, inputHash(input)]);
  if (inputs.length > new Set(inputs.map(({ input }) => input.file)).size) {
    throw new WrongInput(`the scenario was changed between the shards; expected one:${listed(inputs)}`);
  }
  standInFor(inputs.map(({ input }) => input));
  return { args: [...first.args, ...more], runs };
}

function distinct(parts: readonly StudyPart[], keyOf: (part: StudyPart) => unknown): StudyPart[] {
  return [...new Map(parts.map((part) => [JSON.stringify(keyOf(part)), part])).values()];
}

function listed(parts: readonly StudyPart[]): string {
  return parts.map((part) => `\n  ${partInWords(part)}`).join("");
}
