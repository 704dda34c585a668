import { KINDS } from "../../models/kinds.ts";
import { Run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { load } from "../../scenarios/language/load.ts";
import type { Micros } from "../../sim/time.ts";
import type { Case } from "./every-scenario.ts";

/** What is to be run, as plain data that any thread or browser can be given. */
export interface Job {
  readonly title: string;
  readonly file: string;
  readonly text: string;
  readonly attachments: readonly (readonly [string, string | null])[];
  readonly variant: string | undefined;
  readonly until: Micros;
}

/** The fingerprints of a run. */
export interface Digests {
  readonly digest: string;
  readonly totalsDigest: string;
  readonly events: number;
}

export function jobOf({ title, input, variant }: Case, until: Micros): Job {
  const { file, text, attachments } = input;
  return { title, file, text, attachments: [...attachments], variant, until };
}

/** Runs a scenario, from its text, as far as is asked. */
export function replay({ file, text, attachments, variant, until }: Job): Digests {
  const texts = new Map(attachments);
  const { scenario } = load(text, file, { kinds: KINDS, variant, read: (path) => texts.get(path) ?? undefined });
  if (scenario === undefined) throw new Error(`${file} is not valid`);
  const run = new Run(scenario);
  run.world.sim.runUntil(until);
  return digestsOf(run);
}

export function digestsOf(run: Run): Digests {
  const { digest, totalsDigest, cost } = summarize(run, { overrides: [], inputHash: "", cpuSeconds: null });
  return { digest, totalsDigest, events: cost.events };
}
