import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { inputHash } from "../../../scenarios/experiment/input.ts";
import { jobsFor } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import type { Reply } from "../../../ui/cli/crew/crew.ts";
import { RememberingCrew } from "../../../ui/cli/crew/remembering-crew.ts";
import { ResultsFolder } from "../../../ui/cli/crew/results-folder.ts";
import { ThreadCrew } from "../../../ui/cli/crew/thread-crew.ts";
import { CHEAP, Folder, MAIN } from "./brownout.ts";

const STUDY = ["variants", "cheap.yaml", "--replications", "500", "--json"];

test("kill -9 of a study of 1000 runs, twice: started again, every run is there once and nothing was run twice", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const whole = await folder.brownout([...STUDY, "whole.json"]);
  expect(whole.code).toBe(0);
  for (const enough of [150, 450]) {
    await killedWith(folder, [...STUDY, "again.json", "--results", "results"], () => runsIn(folder).length >= enough);
    expect(folder.files).not.toContain("again.json");
    expect(runsIn(folder).length).toBeLessThan(1000);
  }
  const before = runsIn(folder);
  const again = await folder.brownout([...STUDY, "again.json", "--results", "results"]);
  expect([again.code, again.out]).toEqual([0, whole.out]);
  const after = runsIn(folder);
  expect([after.length, new Set(after).size]).toEqual([1000, 1000]);
  expect(before.length).toBeGreaterThanOrEqual(450);
  expect(after.filter((id) => before.includes(id)).length).toBe(before.length);
  expect(readFileSync(folder.at("again.json"), "utf8")).toBe(readFileSync(folder.at("whole.json"), "utf8"));
});

test("two threads killed in the middle of 1000 runs: every run is there once, with what it gives elsewhere", async () => {
  const folder = new Folder();
  const input = { file: "cheap.yaml", text: CHEAP, attachments: new Map() };
  const { signal: interrupted } = new AbortController();
  const threads = new ThreadCrew(input, { workers: 2, interrupted }, new URL("./worker.js", pathToFileURL(MAIN)));
  const results = new ResultsFolder(folder.at("results"), () => undefined);
  const crew = new RememberingCrew(threads, results, { inputHash: inputHash(input) });
  const jobs = jobsFor([{ overrides: [] }], undefined, 1000);
  const replies = new Map<number, Reply>();
  await crew.do(jobs, (index, reply) => {
    expect(replies.has(index)).toBe(false);
    replies.set(index, reply);
    // biome-ignore lint/complexity/useLiteralKeys: a thread can only be killed from inside its crew.
    if (replies.size === 200 || replies.size === 600) void [...threads["all"]][0]!.end();
  });
  await crew.dismiss();
  const ids = runsIn(folder);
  expect([replies.size, ids.length, new Set(ids).size]).toEqual([1000, 1000, 1000]);
  const replicator = new Replicator(input);
  for (const at of [0, 199, 200, 201, 599, 600, 601, 999])
    expect(replies.get(at)).toEqual(replicator.attempt(jobs[at]!));
});

/** The ids of the runs in the folder of results, each as often as it stands there. */
function runsIn(folder: Folder): string[] {
  if (!folder.files.includes("results")) return [];
  return readdirSync(folder.at("results")).flatMap((name) => {
    const lines = readFileSync(join(folder.at("results"), name), "utf8")
      .split("\n")
      .slice(1, -1);
    return lines.map((line) => (JSON.parse(line) as { id: string }).id);
  });
}

/** Runs a command and kills it without a warning as soon as something is so. */
async function killedWith(folder: Folder, args: readonly string[], isEnough: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder.path, stdio: "ignore" });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
  while (!isEnough() && child.exitCode === null) await pause(5);
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}
