import { readFileSync } from "node:fs";
import { loadInput } from "../../../../../scenarios/experiment/input.ts";
import { Run } from "../../../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../../../scenarios/experiment/summary.ts";
import type { Recording } from "../../../../../scenarios/recording/recording.ts";

/** The recording of a scenario of the library, of all of it or of a first share. */
export function recordingOf(name: string, overrides: readonly string[] = [], share = 1): Recording {
  const file = `scenarios/${name}.yaml`;
  const input = { file, text: readFileSync(file, "utf8"), attachments: new Map() };
  const { scenario, problems } = loadInput(input, { variant: undefined, overrides });
  if (scenario === undefined) throw new Error(problems.map(({ wrong }) => wrong).join("; "));
  const run = new Run(scenario, { seed: undefined, replication: 0 });
  while (run.progress < share && !run.advance(20_000));
  return recordingOfRun(run, summarize(run, { overrides, inputHash: "", cpuSeconds: null }));
}
