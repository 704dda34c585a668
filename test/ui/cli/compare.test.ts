import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CALM, CUT, Folder } from "./brownout.ts";

const SIX = ["--replications", "6"];
const words = (text: string) => text.replace(/\s+/g, " ");

test("a change is compared with the scenario as it stands: each number, the outages, where they part, and who is better off", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const args = ["compare", "cut.yaml", "--variant-b", "repaired", ...SIX];
  const { code, out } = await folder.brownout([...args, "--jobs", "1", "--json", "one.json"]);
  const again = await folder.brownout([...args, "--jobs", "3", "--json", "three.json"]);
  expect([code, again.out]).toEqual([0, out]);
  expect(readFileSync(folder.at("three.json"), "utf8")).toBe(readFileSync(folder.at("one.json"), "utf8"));
  expect(out).toMatch(/^A {2}as it stands\nB {2}variant repaired: Somebody plugs it in again\.$/m);
  expect(out).toMatch(
    /^goodput of everybody, %\n +17\.\d+ ± \d\.\d+ +9\d\.\d+ ± \d\.\d+ +\+7\d\.\d+ \(\+7\d\.\d+ \.\. \+\d\d\.\d+\)/m,
  );
  expect(out).toContain("\ngoodput(people, read), %\n");
  expect(out).toContain("\nhttp_req_duration{load:people} p(95), ms\n");
  expect(out).toMatch(/^ {2}complete +0 +6 +0 +0 +p = 0\.0312$/m);
  expect(words(out)).toContain("In all 6 pairs the same people came to A and to B at the same times.");
  expect(words(out)).toContain(
    "Until 00:30 the journals of A and B are the same; then A nothing B db and all of its group work",
  );
  expect(words(out)).toMatch(
    /B fares better: in 6 of 6 pairs only A has a complete outage, in 0 only B \(p = 0\.0312\); goodput B - A is \+/,
  );
  expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
  const { format, study, complete, answer } = JSON.parse(readFileSync(folder.at("one.json"), "utf8"));
  expect([format, study, complete]).toEqual(["brownout-study/1", "comparison", true]);
  expect([answer.a.variant, answer.b.variant, answer.better.side]).toEqual([null, "repaired", "b"]);
  expect(answer.parting).toMatchObject({ event: { at: 30_000_000 }, people: [{ load: "people", at: null }] });
});

test("two files are compared with the seed of the first, also in shards, which come to the same when they are merged", async () => {
  const folder = new Folder({
    "before.yaml": CUT,
    "after.yaml": CUT.replace("seed: 7", "seed: 8").replace("at: 20s", "at: 80s"),
  });
  const args = ["compare", "before.yaml", "after.yaml", ...SIX, "--measure", "max(in_flight(people))"];
  const whole = await folder.brownout([...args, "--json", "whole.json"]);
  expect(whole.code).toBe(0);
  expect(whole.out).toMatch(/^A {2}before\.yaml\nB {2}after\.yaml$/m);
  expect(whole.out).toMatch(/^max\(in_flight\(people\)\), requests\n/m);
  expect(whole.out).not.toContain("http_req_duration");
  expect(words(whole.out)).toContain("In all 6 pairs the same people came");
  for (const part of ["1/2", "2/2"])
    await folder.brownout([...args, "--json", "whole.json", "--shard", part, "--results", "runs"]);
  const merged = await folder.brownout(["merge", "runs", "--json", "merged.json"]);
  expect([merged.code, merged.out]).toEqual([0, whole.out]);
  expect(readFileSync(folder.at("merged.json"), "utf8")).toBe(readFileSync(folder.at("whole.json"), "utf8"));
});

test("where other people come, where runs are unequally long, and where a single pair shows nothing, it says so", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const more = ["--set-b", "people.rate=60/s", "--set-b", "duration=20s", "--replications", "1"];
  const { code, out } = await folder.brownout(["compare", "calm.yaml", ...more]);
  expect(code).toBe(0);
  expect(words(out)).toContain("A lasts 00:30 and B 00:20: their figures are of unequal times.");
  expect(words(out)).toContain("n = 1 pair. ");
  expect(words(out)).toContain("In this pair other people came to A than to B");
  expect(words(out)).toContain("And to people other people come from 00:0");
  expect(words(out)).toContain("One pair alone gives no interval; expected --replications 2 or more.");
  expect(words(out)).toMatch(/One pair does not show that A or B fares better; goodput B - A is \S+ points\. $/);
});

test("systems that no people have in common are not ranked, and two pairs give no correlation", async () => {
  const folk = CALM.replaceAll("people", "folk").replace("50/s", "500/s");
  const folder = new Folder({ "calm.yaml": CALM, "folk.yaml": folk });
  const { code, out } = await folder.brownout(["compare", "calm.yaml", "folk.yaml", "--replications", "2"]);
  expect(code).toBe(0);
  expect(words(out)).toMatch(/goodput of everybody, % .* - - n = 2 pairs\./);
  expect(out).not.toContain("Pairing gained nothing");
  expect(out).not.toContain("fares better");
  expect(words(out)).toContain("A and B have no load in common, so nothing is concluded");
});

test("what cannot be compared is told on both sides at once, and nothing runs", async () => {
  const text = CUT.replace("never: {", "same: {}\n  never: {");
  const folder = new Folder({ "cut.yaml": text, "calm.yaml": CALM.replaceAll("people", "folk") });
  const said: [args: string[], ...words: string[]][] = [
    [["cut.yaml"], "A (as it stands) and B (as it stands) run the very same", "such as --variant-b repaired"],
    [["cut.yaml", "--variant-b", "same"], "run the very same"],
    [["cut.yaml", "--set-b", "db.cores=2"], "B (db.cores=2) run the very same"],
    [["cut.yaml", "cut.yaml"], "run the very same"],
    [["cut.yaml", "--variant-a", "x", "--set-b", "db.cors=1"], 'there is no variant "x"', "--set db.cors"],
    [["cut.yaml", "calm.yaml", "--measure", "goodput(people)"], "--measure goodput(people): in B:"],
    [["cut.yaml", "--variant-b", "never", "--measure", "speed(db)"], "in A:", "in B:"],
    [["cut.yaml", "none.yaml"], "none.yaml: there is no such file"],
    [["cut.yaml", "--variant-b", "never", "--replications", "0"], "Expected a whole number"],
    [[], "missing required argument 'file'"],
  ];
  for (const [args, ...wrong] of said) {
    const { code, out, err } = await folder.brownout(["compare", ...args]);
    expect([args, code, out]).toEqual([args, 2, ""]);
    for (const part of wrong) expect(err).toContain(part);
    expect(err).not.toMatch(/^\s+at /m);
  }
});

test("Ctrl-C ends a comparison with the pairs that are done, and exit code 3", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const args = ["compare", "cut.yaml", "--variant-b", "never", "--replications", "100000", "--json", "part.json"];
  const { code, out } = await folder.brownout(args, (kill) => setTimeout(kill, 4000, "SIGINT"));
  expect(code).toBe(3);
  expect(out).toMatch(/interrupted: \d+ of 100000 pairs are in these figures/);
  const { complete, answer } = JSON.parse(readFileSync(folder.at("part.json"), "utf8"));
  expect([complete, answer.parting]).toEqual([false, null]);
  expect(folder.files).toEqual(["cut.yaml", "part.json"]);
});
