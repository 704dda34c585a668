import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GOODPUT } from "../../../scenarios/study/response.ts";
import type { Printer } from "../../../ui/cli/printer.ts";
import { representativeLines } from "../../../ui/cli/run/representative-report.ts";
import { CALM, CUT, Folder } from "./brownout.ts";

const CONNECTIONS = "mean(Threads_connected(db))";

test("many runs end with the one to look at, and the command that makes it again", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const args = ["cut.yaml", "--set", "people.rate=[ { at: 0s, is: 9/s } ]"];
  const { code, out } = await folder.brownout(["run", ...args, "--replications", "5", "--json", "runs.json"]);
  expect(code).toBe(0);
  const { table, results } = JSON.parse(readFileSync(folder.at("runs.json"), "utf8"));
  const { median, lowest, highest } = table.representative;
  const shares = results.map(({ loads }: { loads: { goodput: number }[] }) => loads[0]!.goodput * 100);
  expect(median.value).toBe([...shares].sort((a, b) => a - b)[2]);
  expect([lowest.value, highest.value]).toEqual([Math.min(...shares), Math.max(...shares)]);
  const words = out.trimEnd().replace(/\s+/g, " ");
  expect(words).toMatch(
    /By goodput of everybody the median of 5 runs is replication \d \(1\d\.\d %\), the worst replication/,
  );
  expect(out).toMatch(/^time to recover +not within \d+ s in 5 of 5 runs$/m);
  const command = `brownout run cut.yaml --set 'people.rate=[ { at: 0s, is: 9/s } ]' --replication ${median.replication}`;
  expect(out.trimEnd().endsWith(command)).toBe(true);
});

test("a dip that is no outage is not told as if the system had been away", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const { out } = await folder.brownout(["run", "cut.yaml", "--variant", "repaired", "--replications", "2"]);
  expect(out).toMatch(/^no outage +2 of 2 /m);
  expect(out.replace(/\s+/g, " ")).toMatch(
    /time to recover median .*; 2 of 2 runs came back, from a dip that is no outage/,
  );
});

test("runs that differ are told apart with as many digits as it takes; of two there is no median", () => {
  const out = { width: 200 } as Printer;
  const chosen = (...values: number[]) => {
    const [median, lowest, highest] = values.map((value, replication) => ({ replication, value }));
    const all = { median: median!, lowest: lowest!, highest: highest! };
    return (n: number) =>
      representativeLines({ by: GOODPUT.name, unit: "%", n, ...all }, "a.yaml", { set: [] }, out)[1];
  };
  expect(chosen(7.02, 7.01, 7.08)(3)).toContain("replication 0 (7.02 %), the worst replication 1 (7.01 %)");
  expect(chosen(7, 7, 7)(3)).toContain("all 3 runs are alike (7.0 %).");
  expect(chosen(7, 7, 8)(2)).toMatch(/the worst of 2 runs is .* the best .*; 2 runs have none in the middle\./);
});

test("runs without a complete outage say how frequent one may still be, and how many runs would show less", async () => {
  const { out } = await new Folder({ "calm.yaml": CALM }).brownout(["run", "calm.yaml", "--replications", "3"]);
  expect(out.replace(/\s+/g, " ")).toContain(
    "3 of 3 runs have no outage (95 % interval 44 to 100 %). 0 of 3 complete outages: under 63.2 % of all runs at 95 %; 29 such runs would show under 10 %.",
  );
});

test("another measure of each run has its mean over the runs, and what shares of them do not exceed", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const args = ["run", "calm.yaml", "--replications", "6", "--of", "http_req_duration{load:people} p(95)"];
  const { code, out } = await folder.brownout(args);
  expect(code).toBe(0);
  expect(out).toMatch(/^http_req_duration\{load:people\} p\(95\) {2}1\d\.\d+ ms ± \d\.\d+ \(n = 6\)$/m);
  expect(out).toMatch(/^ {2}50 % of runs up to +1[\d.]+ ms \(1[\d.]+ to [12][\d.]+\)$/m);
  expect(out).toMatch(/^ {2}95 % of runs up to +[12][\d.]+ ms \(from 1[\d.]+; n too small for an upper limit\)$/m);
  expect(out.replace(/\s+/g, " ")).toContain("ms), the lowest replication");
});

test("several checks are judged together: three runs are too few for two of them, seven are enough", async () => {
  const folder = new Folder({ "calm.yaml": `${CALM}  - goodput(people) > 90%\n` });
  const few = await folder.brownout(["run", "calm.yaml", "--replications", "3"]);
  expect(few.out.replace(/\s+/g, " ")).toContain(
    "n is too small to say whether these hold in most runs: 1, 2 (sign tests, adjusted by Holm for 2 checks: p = 0.25, adjusted 0.5)",
  );
  // Two sign tests with p = 2 / 2^7 each: adjusted 0.03125.
  const { out } = await folder.brownout(["run", "calm.yaml", "--replications", "7", "--json", "runs.json"]);
  expect(out).not.toContain("n is too small to say");
  const { table } = JSON.parse(readFileSync(folder.at("runs.json"), "utf8"));
  expect(table.checks.map(({ p, adjusted }: { p: number; adjusted: number }) => [p, adjusted])).toEqual([
    [expect.closeTo(0.015625, 12), expect.closeTo(0.03125, 12)],
    [expect.closeTo(0.015625, 12), expect.closeTo(0.03125, 12)],
  ]);
});

test("--precision runs until it is reached, with the same answer whatever the number of threads", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const command = ["run", "calm.yaml", "--precision", "8%", "--of", CONNECTIONS];
  const one = await folder.brownout([...command, "--jobs", "1", "--json", "1.json"]);
  const three = await folder.brownout([...command, "--jobs", "3", "--json", "3.json"]);
  expect([one.code, three.code]).toEqual([0, 0]);
  expect(three.out).toBe(one.out);
  expect(readFileSync(folder.at("3.json"), "utf8")).toBe(readFileSync(folder.at("1.json"), "utf8"));
  const { format, study, complete, answer } = JSON.parse(readFileSync(folder.at("1.json"), "utf8"));
  expect([format, study, complete]).toEqual(["brownout-study/1", "estimate", true]);
  const { mean, low, high, n } = answer.table.response.mean;
  expect((high - low) / 2 / mean).toBeLessThanOrEqual(0.08);
  expect(n).toBe(answer.enough + 5);
  expect(one.out).toContain(
    `${answer.enough} runs are enough for ± 8 % of the mean, and with the 5 after them it stays so.`,
  );
});

test("a precision that the allowed runs do not reach ends with 3 and says how many it would take", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const args = ["run", "calm.yaml", "--precision", "0.1%", "--of", CONNECTIONS, "--replications", "9"];
  const { code, out } = await folder.brownout(args);
  expect(code).toBe(3);
  expect(out.replace(/\s+/g, " ")).toMatch(
    /9 runs are not enough for ± 0\.1 % of the mean; about \d+,\d{3} would be\./,
  );
});

test("--warm-up auto says where the steady state begins, and a run that is too short for one ends with 3", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const of = ["--of", "mean(in_flight(people))", "--warm-up", "auto"];
  const { code, out } = await folder.brownout(["run", "calm.yaml", ...of, "--replications", "3"]);
  expect(code).toBe(0);
  const words = out.replace(/\s+/g, " ");
  expect(words).toMatch(
    /The warm-up ends at 00:\d\d \(MSER-5 on the mean course of 5 runs\); what follows is of 00:\d\d to 00:30\./,
  );
  expect(words).toMatch(/mean\(in_flight\(people\)\): 0\.\d+ requests ± 0\.\d+ \(n = 3\)\./);
  const short = await folder.brownout(["run", "calm.yaml", ...of, "--set", "duration=6s"]);
  expect(short.code).toBe(3);
  expect(short.out).toContain("The run is too short for a steady state");
});

test("a run in which something is planned to change has no steady state; a stated warm-up is taken with a warning", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const command = ["run", "cut.yaml", "--of", "mean(in_flight(people))", "--replications", "2", "--warm-up"];
  const auto = await folder.brownout([...command, "auto"]);
  expect(auto.code).toBe(2);
  expect(auto.err).toContain("--warm-up auto looks for a steady state, and something is planned to change at 00:20");
  const stated = await folder.brownout([...command, "5s"]);
  expect(stated.code).toBe(0);
  expect(stated.err).toContain("something is planned to change at 00:20: this is no steady state");
});

test.each([
  [["--of", CONNECTIONS], "--of is about several runs"],
  [["--precision", "5ms"], '--precision 5ms: "5ms" is not a share; expected a share of the mean such as 5%'],
  [["--precision", "0%"], "no number of runs is exact to 0"],
  [["--precision", "5%", "--replications", "4"], "--precision takes at least 8 runs"],
  [["--precision", "5%", "--of", "nope(people)"], 'unknown metric of people "nope"'],
  [["--precision", "5%", "--record", "x.run.gz"], "--record is for one run"],
  [["--precision", "5%", "--replication", "3"], "cannot be used with"],
  [["--warm-up", "auto"], "--warm-up auto needs --of"],
  [["--warm-up", "auto"], 'such as --of "mean(in_flight(people))"'],
  [["--warm-up", "30s", "--of", CONNECTIONS], "the run ends at 00:30; expected a time within it"],
  [["--warm-up", "soon", "--of", CONNECTIONS], '"soon" is not a duration'],
  [["--warm-up", "auto", "--of", "http_req_duration{load:people} p(95)"], "known for the whole run only"],
  [["--warm-up", "auto", "--of", "max(in_flight(people)) within 1s..2s"], "the measure has a window of its own"],
])("%j is refused before anything runs", async (args, message) => {
  const { code, out, err } = await new Folder({ "calm.yaml": CALM }).brownout(["run", "calm.yaml", ...args]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
});
