import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { Folder, MAIN } from "./brownout.ts";

/** Five seconds of a server with little to do: a thousand of them take a second. */
const CHEAP = `name: cheap
title: A server with little to do
duration: 5s
seed: 7
components:
  people: { kind: load, to: server, rate: 20/s, classes: [{ name: ask, waits: exponential mean 100ms }], patience: 1s }
  server: { kind: service, workers: 4, queue: 16 }
checks: ["http_req_failed{load:people} rate < 100%"]
variants:
  alone: { set: { server.workers: 1 } }
`;

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

/** The ids of the runs in the folder of results, each as often as it stands there. */
function runsIn(folder: Folder): string[] {
  if (!folder.files.includes("results")) return [];
  return readdirSync(folder.at("results")).flatMap((name) => {
    const lines = readFileSync(join(folder.at("results"), name), "utf8").split("\n").slice(1, -1);
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
