import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import { CALM, Folder, MAIN } from "./brownout.ts";

/** Minutes of work, of which the test sees the beginning. */
const LONG = CALM.replace("duration: 30s", "duration: 20h").replace("50/s", "500/s");

test("Ctrl-C ends a long run soon, with what is known by then, marked as interrupted, and exit code 3", async () => {
  const folder = new Folder({ "long.yaml": LONG });
  const { code, out, err } = await folder.brownout(["run", "long.yaml", "--json", "part.json"], (kill) => {
    setTimeout(kill, 300, "SIGINT");
  });
  expect(code).toBe(3);
  expect(err).toContain("interrupted: what is known so far follows");
  expect(out).toMatch(/interrupted at \d+:\d\d(\.\d)? of 1200:00/);
  expect(out.replace(/\s+/g, " ")).toMatch(/The run was interrupted at .* Inconclusive: /);
  const { reached, duration, loads } = JSON.parse(readFileSync(folder.at("part.json"), "utf8")) as RunResult;
  expect(reached).toBeLessThan(duration);
  expect(loads[0]!.people).toBeGreaterThan(100);
  expect(folder.files).toEqual(["long.yaml", "part.json"]);
});

test("a run can be interrupted as soon as its seed is printed", async () => {
  const folder = new Folder({ "long.yaml": LONG });
  const { code, out } = await folder.brownout(["run", "long.yaml"], (kill) => kill("SIGTERM"));
  expect(code).toBe(3);
  expect(out).toContain("Inconclusive");
});

test("Ctrl-C ends a comparison with the runs that are done, and leaves no half-written file", async () => {
  const variants = "variants: { other: { set: { db.cores: 3 } } }\nchecks:";
  const folder = new Folder({ "long.yaml": LONG.replace("20h", "60s").replace("checks:", variants) });
  const args = ["variants", "long.yaml", "--replications", "100000", "--json", "part.json"];
  const { code, out } = await folder.brownout(args, (kill) => setTimeout(kill, 4000, "SIGINT"));
  expect(code).toBe(3);
  expect(out).toMatch(/interrupted: \d+ of 200000 runs are in these figures\n$/);
  const { format, complete, variants: rows } = JSON.parse(readFileSync(folder.at("part.json"), "utf8"));
  expect([format, complete, rows.length]).toEqual(["brownout-variants/1", false, 2]);
  expect(Math.abs(rows[0].outcomes.length - rows[1].outcomes.length)).toBeLessThan(20);
  expect(folder.files).toEqual(["long.yaml", "part.json"]);
});

test("Ctrl-C is heard from the first moment on: nothing has run, and the command says so", async () => {
  const folder = new Folder({ "long.yaml": LONG });
  const atOnce = `process.once("newListener", () => setImmediate(() => process.kill(process.pid, "SIGINT")))`;
  const args = ["--import", `data:text/javascript,${atOnce}`, MAIN, "run", "long.yaml", "--json", "part.json"];
  const child = spawn(process.execPath, args, { cwd: folder.path });
  let err = "";
  child.stderr.on("data", (part) => {
    err += part;
  });
  expect(await new Promise((resolve) => child.on("close", (...how) => resolve(how)))).toEqual([3, null]);
  expect(err).toMatch(/interrupted/);
});

test("a comparison ends when nobody reads it any more", async () => {
  const folder = new Folder({ "long.yaml": LONG.replace("20h", "60s") });
  const args = [MAIN, "variants", "long.yaml", "--replications", "100000"];
  const child = spawn(process.execPath, args, { cwd: folder.path, stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.once("data", () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.on("exit", (...how) => resolve(how)))).toEqual([0, null]);
});
