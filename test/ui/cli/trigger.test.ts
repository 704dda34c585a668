import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { playbook } from "../../../scenarios/verdict/playbook.ts";
import { smallestTrigger } from "../../../scenarios/verdict/smallest-trigger.ts";
import { printerOn } from "../../../ui/cli/printer.ts";
import { playbookLines } from "../../../ui/cli/verdict/playbook-report.ts";
import { triggerLines } from "../../../ui/cli/verdict/trigger-report.ts";
import { Collapses } from "../../scenarios/verdict/collapses.ts";
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

const OUT = printerOn(process.stdout);

test("an interrupted search for a trigger claims neither that nothing collapses nor that what it has does not", () => {
  const toy = new Collapses("scenarios/defences/lasting-overload.yaml", 1, ["duration=100s", "checks=[]"]);
  const said = (about: string) => {
    const found = toy.interruptedAt(smallestTrigger({ ...toy.question, input: toy.input }), about);
    return triggerLines(found, "small.yaml", OUT).join(" ");
  };
  expect(said("which collapse")).toContain("Interrupted before it was known");
  expect(said("which collapse")).not.toContain("No run");
  const late = said("how small");
  expect(late).toContain("Only one thing happens:");
  expect(late).toContain("That much collapses in 1 of 1");
  expect(late).toContain("a tenth less was not tried");
  expect(late).toContain("  brownout run small.yaml --replication 0");
  expect(late).toContain("interrupted: it may not be the smallest yet");
});

test("an interrupted playbook says what was not known yet, and nothing of what is enough, or that nothing is", () => {
  const changes = ["duration=100s", "checks=[]", "recovery.within=150s"];
  const toy = new Collapses("scenarios/defences/lasting-overload.yaml", 1, changes);
  for (const about of ["what stays down", "what helps", "how much to shed"]) {
    const found = toy.interruptedAt(playbook(toy.question), about);
    expect(found.leastShedding).toBeNull();
    const said = playbookLines(found, OUT).join(" ");
    expect(said).toContain(`interrupted before it was known ${about}`);
    expect(said).not.toMatch(/enough|nothing helps|1 % less/);
  }
});
