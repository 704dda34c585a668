import { KINDS } from "../../models/kinds.ts";
import { Digest } from "../../sim/record/digest.ts";
import type { Offers } from "../check/readings.ts";
import { type Loaded, load } from "../language/load.ts";
import type { Scenario } from "../language/scenario.ts";
import { ScenarioWorld } from "./build-world.ts";
import { offersOf } from "./measurements.ts";
import { planOf } from "./run.ts";

/** What runs are made from: the text of a scenario file and of the files that it names. Plain data. */
export interface Input {
  /** The name of the file, as problems quote it. */
  readonly file: string;
  readonly text: string;
  /** Texts by the path that the scenario gives; null where there is no such file. */
  readonly attachments: ReadonlyMap<string, string | null>;
}

/** How a scenario is changed before it runs. */
export interface Change {
  readonly variant?: string | undefined;
  /** Changes from the command line, "path=value", in order. */
  readonly overrides: readonly string[];
}

/**
 * Reads the scenario of an input, changed; the names in its checks are judged by a world that is built for it. Of a file
 * that was found valid before, only what is wanted need be judged.
 */
export function loadInput(input: Input, { variant, overrides }: Change, wantedOnly = false): Loaded {
  return load(input.text, input.file, { ...sourcesOf(input), variant, set: overrides, offers: offersIn, wantedOnly });
}

/** The same, without a judgement of names, which takes a world: one that is wrong shows once the run is built. */
export function loadQuickly(input: Input, { variant, overrides }: Change): Loaded {
  return load(input.text, input.file, { ...sourcesOf(input), variant, set: overrides, wantedOnly: true });
}

function sourcesOf({ attachments }: Input) {
  return { kinds: KINDS, read: (path: string) => attachments.get(path) ?? undefined };
}

/** Everything that checks and measures may name in a scenario. */
export function offersIn(scenario: Scenario): Offers {
  return offersOf(new ScenarioWorld(planOf(scenario), { seed: scenario.seed }));
}

/** Fingerprint of the text of a scenario file and of every file that was read with it. */
export function inputHash({ text, attachments }: Input): string {
  const files = [...attachments].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Digest().add([text, ...files]).hex;
}
