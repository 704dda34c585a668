import entries from "virtual:catalogue";
import type { Input } from "../../../scenarios/experiment/input.ts";

/** A scenario that comes with Brownout. */
export interface CatalogueEntry {
  /** Path within the folder of scenarios. */
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly variants: readonly { readonly name: string; readonly about: string }[];
}

/** Every scenario that comes with Brownout, in order of their files. */
export const CATALOGUE = entries;

const TEXTS = import.meta.glob<string>(["../../../scenarios/**/*.yaml", "../../../scenarios/**/*.csv"], {
  query: "?raw",
  import: "default",
});
const FOLDER = "../../../scenarios/";

/** The text of a scenario and of the recorded arrivals beside it; undefined if there is none of that name. */
export async function inputOf(name: string): Promise<Input | undefined> {
  const entry = CATALOGUE.find((each) => each.name === name);
  if (entry === undefined) return undefined;
  const text = await TEXTS[FOLDER + entry.file]!();
  const folder = entry.file.slice(0, entry.file.lastIndexOf("/") + 1);
  const beside = Object.keys(TEXTS).filter((path) => path.startsWith(FOLDER + folder) && path.endsWith(".csv"));
  const attachments = await Promise.all(
    beside.map(async (path) => [path.slice((FOLDER + folder).length), await TEXTS[path]!()] as const),
  );
  return { file: entry.file, text, attachments: new Map(attachments) };
}
