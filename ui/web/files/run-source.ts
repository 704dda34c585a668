import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { edited } from "../edit/edited.ts";
import { CATALOGUE, inputOf } from "../library/catalogue.ts";
import type { RunName } from "./content.ts";
import { openedRun } from "./opened.ts";

/** What a run is shown from: a recording that is at hand, or a scenario to compute it from. */
export type RunSource = { readonly recording: Recording } | { readonly input: Input };

/**
 * What stands behind the name of a page: "@edited" is what the editor has made, "@file" what was opened, "@again" the
 * scenario that came with it, "@link" the scenario in `link`; any other is of the library. Undefined if there is no such
 * thing; a link that is not whole gives a LinkError.
 */
export async function sourceOf(name: string, link: string | undefined): Promise<RunSource | undefined> {
  const { recording, input } = openedRun.value ?? {};
  if (name === "@file" && recording !== undefined) return { recording };
  if (name === "@edited") return edited.value && { input: edited.value.input };
  const found = name === "@file" || name === "@again" ? input : await inputBehind(name, link);
  return found === undefined ? undefined : { input: found };
}

async function inputBehind(name: string, link: string | undefined): Promise<Input | undefined> {
  if (name !== "@link") return inputOf(name);
  return (await import("../share/scenario-link.ts")).scenarioIn(link ?? "", inputOfFile);
}

/** A scenario that comes with Brownout, by its file. */
export async function inputOfFile(file: string): Promise<Input | undefined> {
  const entry = CATALOGUE.find((each) => each.file === file);
  return entry === undefined ? undefined : inputOf(entry.name);
}

/** Which run it is, as the hash of the page says it. */
export function viewOf({ variant, overrides, seed, replication }: RunName): Readonly<Record<string, string>> {
  return {
    ...(variant === null ? {} : { variant }),
    seed,
    replication: String(replication),
    ...(overrides.length === 0 ? {} : { set: overrides.join("\n") }),
  };
}
