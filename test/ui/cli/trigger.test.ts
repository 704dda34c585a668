import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "./brownout.ts";

const TOY = readFileSync("scenarios/defences/lasting-overload.yaml", "utf8");
/** Shorter than the file, for the time of a test. */
const SHORT = ["--set", "duration=100s", "--set", "checks=[]", "--set", "recovery.within=150s"];

test("the smallest trigger is written as a scenario that collapses in the replication that its story names", async () => {
  const folder = new Folder({ "toy.yaml": TOY });
  const args = ["trigger", "toy.yaml", "--replications", "4", ...SHORT, "--write", "small.yaml"];
  const { code, out } = await folder.brownout(args);
  expect(code).toBe(0);
  expect(out).toContain("- callers.rate: from 60 to ");
  const replication = /it is replication (\d+) that collapses/.exec(out)![1]!;
  const text = readFileSync(folder.at("small.yaml"), "utf8");
  expect(text.replace(/\s+/g, " ")).toContain(`It takes replication ${replication} of seed 000`);
  const run = await folder.brownout(["run", "small.yaml", "--replication", replication]);
  expect(run.code).toBe(0);
  expect(run.out).toContain("complete outage");
});

test("the playbook names what helps, the best first, and the least share of the load that has to stay away", async () => {
  const folder = new Folder({ "toy.yaml": TOY });
  const { code, out } = await folder.brownout(["playbook", "toy.yaml", "--replications", "2", ...SHORT]);
  expect(code).toBe(0);
  expect(out).toContain("2 of 2 runs collapse and stay down");
  expect(out.indexOf("restart server")).toBeLessThan(out.indexOf("shed 40 % of the load"));
  expect(out).toMatch(/It is enough that (4[5-9]|5\d) % of the load stay away for a while; 1 % less is not\./);
});

test("where nothing collapses there is no trigger and no remedy, and nothing is written", async () => {
  const folder = new Folder({ "toy.yaml": TOY });
  const calm = [...SHORT, "--set", "callers.rate=60/s", "--replications", "2"];
  const trigger = await folder.brownout(["trigger", "toy.yaml", ...calm, "--write", "small.yaml"]);
  expect(trigger.out).toContain("No run has a complete outage");
  const playbook = await folder.brownout(["playbook", "toy.yaml", ...calm]);
  expect(playbook.out).toContain("None of 2 runs collapses and stays down.");
  expect(folder.files).toEqual(["toy.yaml"]);
});
