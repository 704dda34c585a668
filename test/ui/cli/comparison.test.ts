import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CUT, Folder } from "./brownout.ts";

test("variants are compared over the same people, and the table does not depend on how many threads there are", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const [one, three] = [1, 3].map((jobs) => ["--replications", "4", "--jobs", `${jobs}`, "--json", `${jobs}.json`]);
  const { code, out } = await folder.brownout(["variants", "cut.yaml", ...one!]);
  const again = await folder.brownout(["variants", "cut.yaml", ...three!]);
  expect([code, again.out]).toEqual([0, out]);
  expect(readFileSync(folder.at("3.json"), "utf8")).toBe(readFileSync(folder.at("1.json"), "utf8"));
  const all = String.raw`4 \(51-100\)`;
  const none = String.raw`0 \(0-49\)`;
  expect(out).toMatch(new RegExp(`as it stands +4 +${none} +${none} +${all} +17\\.\\d+ % ± \\d\\.\\d+ +${all}\n`));
  expect(out).toMatch(new RegExp(`repaired +4 +${all} +${none} +${none} +9\\d\\.\\d+ % ± \\d\\.\\d+ +${all}\n`));
  expect(out).toMatch(new RegExp(`never +4 +${all} +${none} +${none} +99\\.\\d+ % ± \\d\\.\\d+ +${all}\n`));
  expect(out).toContain("holds in 0 of 4 (0 to 49 %): http_req_failed{load:people} rate < 1%");
  const { variants, complete } = JSON.parse(readFileSync(folder.at("1.json"), "utf8"));
  expect(complete).toBe(true);
  expect(variants.map(({ variant }: { variant: string }) => variant)).toEqual([null, "repaired", "never"]);
  expect(variants[0].outcomes[1]).toMatchObject({ replication: 1, outage: "complete", startGoodput: 1 });
});

test("what the command line changes may not fit a variant: that one is told, and the exit code is 2", async () => {
  const folder = new Folder({ "cut.yaml": CUT.replace("timeline.0.at: 119s", "duration: 60s") });
  const args = ["--replications", "2", "--set", "timeline.0.at=90s"];
  const { code, out } = await folder.brownout(["variants", "cut.yaml", ...args]);
  expect(code).toBe(2);
  expect(out).toContain('never: not possible: "90s" is after the end of the run; expected a time within it');
  expect(out).toMatch(/as it stands +2 /);
});

test("sensitivity names the assumed figures that decide the outcome", async () => {
  const slow = CUT.replace("cores: 2", "cores: 1")
    .replace("10/s", "250/s")
    .replace("at: 20s, do: cut", "at: 119s, do: cut")
    .replace("db.cores: assumed 1..4", "people.classes.*.work: assumed 1ms..10ms\n  db: assumed 1..100")
    .replace("exponential mean 5ms", "exponential mean 4ms")
    .replace("exponential mean 8ms", "exponential mean 4ms");
  const folder = new Folder({ "slow.yaml": slow });
  const { code, out } = await folder.brownout(["sensitivity", "slow.yaml", "--replications", "3", "--by", "50%"]);
  expect(code).toBe(0);
  const words = out.trim().replace(/\s+/g, " ");
  expect(words).toContain("people.classes.*.work exponential mean 4ms exponential mean 2ms +");
  expect(words).toContain("db.max_connections 50 25 0.0 ± 0.0 │ 75 0.0 ± 0.0 │");
  expect(words).toContain("db.cores 1 0: not possible: 0 is too small");
  expect(words).toMatch(/As it stands: goodput 9\d\.\d+ % .*; no outage in 3 of 3 \(44 to 100 %\)\./);
  expect(words.indexOf("people.rate 250/s")).toBeLessThan(words.indexOf("db.cores 1"));
  expect(words).toContain("- people.rate 250/s -> 375/s: a partial outage in 3 of 3 (44 to 100 %).");
  expect(words).toMatch(/\d of \d moves change the outcome that most runs have: these figures should be measured\.$/);
});

test("explain tells the verdict, the chain step by step, and why attempts failed", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const { code, out } = await folder.brownout(["explain", "cut.yaml"]);
  expect(code).toBe(0);
  const [verdict, chain, failures] = ["people: a complete outage", "How it came to", "What made 961 attempts fail"];
  expect(
    [verdict, chain, failures].map((words) => out.indexOf(words)).every((at, n, all) => at > (all[n - 1] ?? 0)),
  ).toBe(true);
  expect(out).toMatch(/^ 1 {2}00:\d\d/m);
  expect(out).toMatch(/because of step 1; also a$/m);
  expect(out).toMatch(/83\.8 % {2}queue full \(805 attempts\)/);
  expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
});
