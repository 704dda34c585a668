import { isMap, isScalar } from "yaml";
import type { Scenario } from "../language/scenario.ts";
import type { Source } from "../language/source.ts";
import type { Extent, Shrunk, Trigger } from "./trigger.ts";

const WIDTH = 120;
const LONGEST_TITLE = 200;

/** Which run of the file collapses, and what is to be said of how it was found. */
interface Recorded {
  readonly seed: string;
  readonly replication: number;
  /** False if the search was interrupted. */
  readonly isComplete: boolean;
  /** The file that it comes from, and the one that it goes to, if that is known. */
  readonly from: string;
  readonly to: string | undefined;
}

/** The text of a scenario file in which only a trigger happens; the source is used up. */
export function triggerFile(
  source: Source,
  scenario: Scenario,
  trigger: Trigger,
  left: readonly Shrunk[],
  { seed, replication, isComplete, ...files }: Recorded,
): string {
  const { document } = source;
  trigger.write(left, source);
  const from = scenario.variant === undefined ? scenario.name : `${scenario.name}, variant ${scenario.variant}`;
  const happens = left.map((shrunk) => inWords(trigger.extentOf(shrunk, left)));
  for (const key of ["variants", "reported", "replications"]) document.delete(key);
  document.set("name", `${scenario.name}-trigger`);
  document.set("title", `Replication ${replication} collapses: ${scenario.title}`.slice(0, LONGEST_TITLE));
  document.set(
    "story",
    `The smallest trigger that was found for ${from}: ${happens.join("; ")}; nothing else happens. ` +
      (isComplete ? "" : "The search was cut short, so a smaller one may do. ") +
      `It takes replication ${replication} of seed ${seed} (brownout run ${nameOf(files.to ?? "FILE")} --replication ${replication}).`,
  );
  document.set("seed", seed);
  const loads = [...scenario.components].filter(([, { kind }]) => kind.kind === "load").map(([path]) => path);
  document.set(
    "checks",
    loads.map((path) => `outage(${path}) < complete`),
  );
  document.set("expect", "fails");
  if (files.to === undefined || folderOf(files.from) !== folderOf(files.to)) dropSchema(source);
  return document.toString({ lineWidth: WIDTH });
}

/** Editors look for the schema in a place beside the file that it comes from: elsewhere there is none. */
function dropSchema({ document }: Source): void {
  const first = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  for (const node of [document, isScalar(first) ? first : undefined]) {
    const comment = node?.commentBefore?.replace(/^ *yaml-language-server: *\$schema=(?!https?:).*(\n|$)/m, "");
    if (node && comment !== undefined) node.commentBefore = comment === "" ? null : comment;
  }
}

function nameOf(path: string): string {
  return path.replace(/^.*[/\\]/, "");
}

function folderOf(path: string): string {
  return path.slice(0, path.length - nameOf(path).length).replace(/^(\.[/\\])+/, "");
}

/** "callers.rate, from 60 to 101, for 8.1 s". */
function inWords({ words, from, to, seconds }: Extent): string {
  const plain = (number: number) => Number(number.toPrecision(3));
  const size = from === null || to === null ? "" : `, from ${plain(from)} to ${plain(to)}`;
  return `${words}${size}${seconds === null ? "" : `, for ${plain(seconds)} s`}`;
}
