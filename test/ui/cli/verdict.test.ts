import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingOf } from "../../../scenarios/verdict/finding.ts";
import { verdict } from "../../../scenarios/verdict/verdict.ts";
import { printerOn } from "../../../ui/cli/printer.ts";
import { verdictLines } from "../../../ui/cli/verdict/verdict-report.ts";
import { Collapses } from "../../scenarios/verdict/collapses.ts";
import { CALM, CUT, Folder } from "./brownout.ts";

const SHORT = ["--set", "recovery.within=60s"];
const PAIRS = ["--replications", "6", ...SHORT];

test("a cut that nothing takes back: cascade by the one who did it, and overload, as it would not work from the start", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const one = await folder.brownout(["verdict", "cut.yaml", ...PAIRS, "--jobs", "1", "--json", "1.json"]);
  const two = await folder.brownout(["verdict", "cut.yaml", ...PAIRS, "--jobs", "2", "--json", "2.json"]);
  expect([one.code, two.code]).toEqual([0, 0]);
  const said = one.out.replace(/\s+/g, " ");
  expect(said).toContain("CASCADE: entry 0 (db is cut off, at 00:20)");
  expect(said).toContain("complete in 6 of 6 with and 0 of 6");
  expect(said).toContain("OVERLOAD, not metastable");
  expect(one.out).toContain(`--set 'timeline=[{"do":"cut","target":"db","at":"0s"}]'`);
  expect(one.out.split("\n").every((line) => line.length <= 100)).toBe(true);
  expect(two.out).toBe(one.out);
  const written = readFileSync(folder.at("1.json"), "utf8");
  expect(readFileSync(folder.at("2.json"), "utf8")).toBe(written);
  const { format, study, complete, answer } = JSON.parse(written);
  expect([format, study, complete, answer.finding, answer.n]).toEqual([
    "brownout-study/1",
    "verdict",
    true,
    "broken",
    6,
  ]);
});

test("what is broken and not expected to be ends with 1; what comes back by itself, and nothing did harm, with 0", async () => {
  const folder = new Folder({ "cut.yaml": CUT, "calm.yaml": CALM });
  const holds = ["--set", "expect=holds", "--skip", "loop,back"];
  const broken = await folder.brownout(["verdict", "cut.yaml", ...PAIRS, ...holds]);
  expect(broken.code).toBe(1);
  expect(broken.out).not.toContain("Would it come back");
  const calm = await folder.brownout(["verdict", "calm.yaml", ...PAIRS]);
  expect(calm.code).toBe(0);
  expect(calm.out).toContain("In short: unaffected in 6 of 6 runs (61 to 100 %)");
  expect(calm.out).toContain("Nobody did anything");
});

test("a run that is too short is watched longer, and the report says so", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const { out } = await folder.brownout(["verdict", "cut.yaml", "--replications", "2", "--skip", "who,loop"]);
  expect(out).toContain("too short to tell, so 6 min 20 s were simulated");
});

test("what a verdict cannot be asked is refused before anything runs, with what it can", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const ask = (...words: string[]) => folder.brownout(["verdict", "calm.yaml", ...words]);
  const [skipped, noRate, noRange, refused] = await Promise.all([
    ask("--skip", "blame"),
    ask("--capacity", "db.rate=1/s..2/s"),
    ask("--capacity", "people.rate=5/s"),
    ask("--capacity", "people.rate=1s..5s"),
  ]);
  expect([skipped, noRate, noRange, refused].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(skipped.err).toContain("Expected some of who, back, loop");
  expect(noRate.err).toContain("db.rate is no rate of a load; expected one and a range, such as");
  expect(noRange.err).toContain("is one value only");
});

test("the settings of recovery are explained with the fields of a file", async () => {
  const { out } = await new Folder().brownout(["docs", "scenario"]);
  for (const setting of ["leavesUnder", "leavesAfter", "returnsAt", "returnsAfter", "within"]) {
    expect(out).toContain(`recovery.${setting}`);
  }
});

test("an interrupted verdict says nothing about actions that were not left undone, nor about mechanisms not stopped", () => {
  const changes = ["duration=100s", "checks=[]", "recovery.within=60s"];
  const entry = "timeline.+={ at: 15s, do: set, target: server.queue, to: 1100 }";
  const toy = new Collapses("scenarios/defences/lasting-overload.yaml", 1, [...changes, entry]);
  const parts = ["who", "loop"] as const;
  const { scenario } = toy.question;
  for (const about of ["who did it: the same without each action", "without one mechanism each"]) {
    const found = toy.interruptedAt(verdict({ ...toy.question, parts }), about);
    const context = { scenario, parts, finding: findingOf(found), isInterrupted: true, triggerFile: undefined };
    const said = verdictLines(found, context, printerOn(process.stdout)).join(" ").replace(/\s+/g, " ");
    expect(said.includes("No action did harm")).toBe(about.startsWith("without"));
    expect(said.includes("Not known whether an action did harm")).toBe(about.startsWith("who"));
    expect(said).toContain("Not known: interrupted before a collapsed run went on without a mechanism.");
    expect(said).not.toContain("too few to tell");
  }
});
