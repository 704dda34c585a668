import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CALM, CUT, Folder } from "./brownout.ts";

/**
 * The cable is plugged in again after a while. An outage is thirty seconds of windows of five that each lack a tenth: so
 * a cut of 22 seconds is one, with four more on both sides.
 */
const CUT_FOR_A_WHILE = CUT.replace("do: cut, target: db", "do: cut, target: db, lasting: 10s");
const VARY = ["--vary", "timeline.0.lasting=1s..90s", "--until", "outage(people) >= partial", "--within", "5%"];

test("a cut of the cable is found to be an outage from 22 seconds on, whoever did the runs", async () => {
  const folder = new Folder({ "cut.yaml": CUT_FOR_A_WHILE });
  const { code, out } = await folder.brownout(["find", "cut.yaml", ...VARY, "--jobs", "1", "--json", "1.json"]);
  const again = await folder.brownout(["find", "cut.yaml", ...VARY, "--jobs", "3", "--json", "3.json"]);
  expect([code, again.out]).toEqual([0, out]);
  expect(readFileSync(folder.at("3.json"), "utf8")).toBe(readFileSync(folder.at("1.json"), "utf8"));
  const { format, study, complete, answer } = JSON.parse(readFileSync(folder.at("1.json"), "utf8"));
  expect([format, study, complete]).toEqual(["brownout-study/1", "bracket", true]);
  const { found, rises, low, high, isNarrow, confidence, tried } = answer;
  expect([found, rises, isNarrow, confidence]).toEqual(["bracket", true, true, 0.95]);
  expect(low.x).toBeGreaterThan(20e6);
  expect(high.x).toBeLessThan(24e6);
  expect(tried[0]).toMatchObject({ value: "1s", k: 0, n: 4, low: 0, fit: 0, side: "below" });
  expect(out).toContain(`timeline.0.lasting tips between ${low.value} and ${high.value} (95 % confidence)`);
  expect(out).toMatch(/^ +1s {2}0 of 4 \(0 to 49 %\) +0\.0 % {2}below$/m);
});

test("ends that give the same answer are told with their runs, and the exit code is 3", async () => {
  const folder = new Folder({ "cut.yaml": CUT_FOR_A_WHILE });
  const args = ["--vary", "timeline.0.lasting=1s..5s", "--until", "outage(people) >= partial"];
  const { code, out } = await folder.brownout(["find", "cut.yaml", ...args]);
  expect(code).toBe(3);
  expect(out.replace(/\s+/g, " ")).toContain(
    "Both ends give the same answer, so nothing tips for sure between them: it is so in 0 of 4 (0 to 49 %) at 1s and 0 of 4 (0 to 49 %) at 5s.",
  );
});

test("everything that is wrong with the range, the clause and the scenario is told at once", async () => {
  const folder = new Folder({ "cut.yaml": CUT_FOR_A_WHILE, "wrong.yaml": CUT.replace("cores: 2", "cores: two") });
  const find = (file: string, vary: string, until: string, ...more: string[]) =>
    folder.brownout(["find", file, "--vary", vary, "--until", until, ...more]);
  const names = await find("cut.yaml", "timeline.0.lastin=1s..90s", "outage(peple) >= partial", "--replications", "5");
  expect([names.code, names.out]).toEqual([2, ""]);
  expect(names.err).toContain('--vary timeline.0.lastin: nothing is called "lastin"');
  expect(names.err).toContain('--until: there is no component "peple"; expected "people"');
  expect(names.err).toContain("--replications: 5 runs never show a share of 50 %; expected at least 7");
  const words = await find("wrong.yaml", "people.rate", "outage of people");
  expect(words.code).toBe(2);
  expect(words.err).toMatch(/wrong\.yaml:\d+:\d+: db\.cores: "two" is not a number/);
  expect(words.err).toContain("--vary: no path=lo..hi; expected a path and a range");
  expect(words.err).toContain("--until: ");
  const values = await find("cut.yaml", "db.cores=0..8", "outage(people) >= partial");
  expect([values.code, values.err]).toEqual([2, expect.stringContaining("--vary db.cores: 0 is too small")]);
  const two = await find("cut.yaml", "db.cores=1..8", "outage(people) >= partial", "--vary", "seed=1..64/8/log");
  expect([two.code, two.out]).toEqual([2, ""]);
  expect(two.err).toContain("--vary: there are 2, and a search is for one figure at a time; expected one");
  expect(two.err).toContain("--vary seed: this is no figure of the system");
  expect(two.err).toMatch(/--vary: "1\.\.64\/8\/log" says which values a sweep takes.*; expected "1\.\.64"/);
  const backwards = await find("cut.yaml", "people.rate=9/s..1/s", "outage(people) >= partial");
  expect([backwards.code, backwards.err]).toEqual([2, expect.stringContaining("ends before it begins")]);
});

test("Ctrl-C gives the bracket so far, and exit code 3", async () => {
  const folder = new Folder({ "long.yaml": CALM.replace("duration: 30s", "duration: 1h") });
  const args = ["--vary", "people.rate=10/s..2000/s", "--until", "outage(people) >= partial", "--json", "part.json"];
  const { code, out } = await folder.brownout(["find", "long.yaml", ...args], (kill) =>
    setTimeout(kill, 1000, "SIGINT"),
  );
  expect(code).toBe(3);
  expect(out).toContain("interrupted: this is what is known so far");
  const { complete, answer } = JSON.parse(readFileSync(folder.at("part.json"), "utf8"));
  expect([complete, answer.isNarrow]).toEqual([false, false]);
});

test("flip names the assumed figure that changes the verdict, and where; one that does not is kept", async () => {
  const figures = "timeline.0.lasting: assumed 5s..80s (how long it takes to find it)\n  db.cores: assumed 1..4";
  const folder = new Folder({ "cut.yaml": CUT_FOR_A_WHILE.replace("db.cores: assumed 1..4", figures) });
  const { code, out } = await folder.brownout(["flip", "cut.yaml", "--within", "10%", "--json", "flip.json"]);
  expect(code).toBe(0);
  const words = out.replace(/\s+/g, " ");
  expect(words).toContain("As it stands: no outage, over 8 runs.");
  expect(words).toContain("flips timeline.0.lasting 10s (assumed 5s..80s; how long it takes to find it)");
  expect(words).toContain("keeps db.cores 2 (assumed 1..4)");
  expect(words).toMatch(
    /not robust: the verdict flips at timeline\.0\.lasting [12]\d\S*s\.\.2\d\S*s \(assumed 5s\.\.80s\)/,
  );
  expect(words).toMatch(/otherwise than now in \d+ of \d+ \(\d+ to \d+ %\)/);
  expect(words).toContain("Each bracket holds with 95 % confidence");
  const { study, answer } = JSON.parse(readFileSync(folder.at("flip.json"), "utf8"));
  expect([study, answer.verdict, answer.isRobust]).toEqual(["flip-points", "none", false]);
  const [lasting] = answer.figures;
  expect(lasting.ends[1].where.low.x).toBeLessThan(23e6);
  const robust = await folder.brownout(["flip", "cut.yaml", "--until", "http_reqs{load:people} count > 10"]);
  expect(robust.out).toContain("robust: no assumed figure flips the verdict at an end of its range.");
  const wrong = await folder.brownout(["flip", "cut.yaml", "--until", "outage(x) > none"]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--until: there is no component "x"')]);
});

test("the bars of sensitivity fit the terminal, and the same figures stand in a table", async () => {
  const folder = new Folder({ "cut.yaml": CUT_FOR_A_WHILE });
  const outputs = ["--range", "--json", "tornado.json", "--csv", "tornado.csv"];
  const { code, out } = await folder.brownout(["sensitivity", "cut.yaml", "--replications", "3", ...outputs]);
  expect(code).toBe(0);
  expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
  expect(out).toMatch(/^people\.rate 10\/s$/m);
  expect(out).toMatch(/^ {2}20\/s +[-+]?\d\.\d ± \d\.\d +█*│/m);
  const rows = readFileSync(folder.at("tornado.csv"), "utf8").trimEnd().split("\n");
  expect(rows).toHaveLength(5);
  expect(rows[0]).toBe(
    "figure,from,to,goodput_difference,low,high,pairs,none,partial,complete,usual,flips,not_possible",
  );
  const { study, answer } = JSON.parse(readFileSync(folder.at("tornado.json"), "utf8"));
  expect([study, answer.replications, answer.usual]).toEqual(["tornado", 3, "none"]);
  expect(out.replace(/\s+/g, " ")).toMatch(/A bar of full width is \d+\.\d points; there is none where the interval/);
  for (const line of out.split("\n").filter((text) => text.includes("█"))) {
    const [, mean, half] = /([-+]\d+\.\d) ± (\d+\.\d)/.exec(line)!;
    expect(Math.abs(Number(mean))).toBeGreaterThanOrEqual(Number(half));
  }
  const one = await folder.brownout(["sensitivity", "cut.yaml", "--replications", "1"]);
  expect(one.out).toContain("One run each says nothing about most runs");
  expect(one.out).not.toContain("█");
  const both = await folder.brownout(["sensitivity", "cut.yaml", "--range", "--by", "10%"]);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining("cannot be used with")]);
});
