import { readFileSync } from "node:fs";
import { inputHash, loadInput } from "../../../../scenarios/experiment/input.ts";
import { Run } from "../../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../../scenarios/experiment/summary.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";

/** The first replication of a scenario of the library, as the page gets it. */
export function recordedRun(name: string): Recording {
  const file = `scenarios/${name}.yaml`;
  const input = { file, text: readFileSync(file, "utf8"), attachments: new Map<string, string>() };
  const run = new Run(loadInput(input, { overrides: [] }).scenario!, { replication: 0 });
  while (!run.advance(1_000_000));
  return recordingOfRun(run, summarize(run, { overrides: [], inputHash: inputHash(input), cpuSeconds: null }));
}
