import { readFileSync } from "node:fs";
import picocolors from "picocolors";
import { expect, test } from "vitest";
import { type Cell, emptyCell } from "../../../scenarios/study/cell.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { csvLine } from "../../../scenarios/study/sweep-table.ts";
import type { Printer } from "../../../ui/cli/printer.ts";
import type { Asked } from "../../../ui/cli/sweep/sweep-again.ts";
import { sweepLines } from "../../../ui/cli/sweep/sweep-report.ts";
import { CALM, Folder } from "./brownout.ts";

/** Ten seconds of people at a database that has one core, which is enough for some 190 of them in a second. */
const SHORT = CALM.replace("30s", "10s").replace("cores: 2", "cores: 1");

const RATE = "http_reqs{load:people} rate";
const WELL = "goodput(people) >= 95%";

function answerIn(folder: Folder, name: string): SweepAnswer {
  return JSON.parse(readFileSync(folder.at(name), "utf8")).answer;
}

test("a sweep of two axes draws a map, and its files do not depend on how many threads there are", async () => {
  const folder = new Folder({ "calm.yaml": SHORT });
  const axes = [
    "--vary",
    "people.rate=50/s..450/s/3",
    "--vary",
    "db.cores=1,2",
    "--class",
    WELL,
    "--replications",
    "2",
  ];
  const [one, three] = [1, 3].map((jobs) => {
    return [
      ...axes,
      "--jobs",
      `${jobs}`,
      "--json",
      `${jobs}.json`,
      "--csv",
      `${jobs}.csv`,
      "--times",
      `${jobs}-times.csv`,
    ];
  });
  const { code, out } = await folder.brownout(["sweep", "calm.yaml", ...one!]);
  const other = await folder.brownout(["sweep", "calm.yaml", ...three!]);
  expect([code, other.code]).toEqual([0, 0]);
  for (const file of ["json", "csv"]) {
    expect(readFileSync(folder.at(`3.${file}`), "utf8")).toBe(readFileSync(folder.at(`1.${file}`), "utf8"));
  }
  expect(out).toMatch(/^12 runs in 6 cells, of about .+ each: about .+ on 1 thread$/m);
  expect(out).toMatch(/^2 \| o +o +X\n1 \| o +X +X\n {2}\+-+\n {4}50\/s +450\/s\n {4}people.rate$/m);
  expect(out).toContain("n = 2 in each cell that was simulated");
  expect(out).toContain("goodput(people) >= 95% in most runs: holds in 3 of 6 cells, fails in 3.");
  const [head, first] = readFileSync(folder.at("1.csv"), "utf8").split("\r\n");
  expect(head).toMatch(
    /^people.rate \(\/s\),db.cores,class,inferred,border,impossible,n,fails,undecided,holds,goodput mean,/,
  );
  expect(first).toMatch(/^50,1,holds,false,true,,2,0,0,2,0\.999\d*,0\.98\d*,1\.0\d*$/);
  const times = readFileSync(folder.at("1-times.csv"), "utf8").trimEnd().split("\r\n");
  expect([times.length, times[0]]).toEqual([13, "job,seconds,replication,changes"]);
  expect(times[1]).toMatch(/^[0-9a-f]{16},\d+\.\d+,0,"checks=.*people.rate=50\/s db.cores=1"$/);
});

test("the command that a sweep prints does one of its runs again, with the digest that stands in the file", async () => {
  const folder = new Folder({ "calm.yaml": SHORT });
  const options = ["--set", "people.patience=900ms", "--seed", "it's 5", "--class", "goodput(people) >= 90%"];
  const axis = ["--vary", "people.rate=100/s,500/s", "--replications", "2", "--json", "a.json"];
  const { out } = await folder.brownout(["sweep", "calm.yaml", ...options, ...axis]);
  const printed = /digest is ([0-9a-f]{16})\):\n {2}brownout (.*)\n/.exec(out)!;
  expect(printed[2]).toBe(
    "run calm.yaml --set people.patience=900ms --set 'checks=[\"goodput(people) >= 90%\"]' --set expect=holds " +
      "--set people.rate=500/s --seed 'it'\\''s 5' --replication 0",
  );
  const words = [...printed[2]!.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) => {
    return word.replaceAll("'\\''", "’").replaceAll("'", "").replaceAll("’", "'");
  });
  const alone = await folder.brownout([...words, "--json", "b.json"]);
  expect(alone.code).toBe(1);
  expect(JSON.parse(readFileSync(folder.at("b.json"), "utf8")).digest).toBe(printed[1]);
  expect(answerIn(folder, "a.json").cells[1]!.runs[0]!.digest).toBe(printed[1]);
});

test("a sweep of one axis is a table with what was measured, and says where the class changes", async () => {
  const folder = new Folder({ "calm.yaml": SHORT });
  const axis = ["--vary", "people.rate=50/s..650/s/4", "--replications", "2", "--class", WELL, "--measure", RATE];
  const { code, out } = await folder.brownout(["sweep", "calm.yaml", ...axis]);
  expect(code).toBe(0);
  expect(out).toMatch(/^people\.rate +holds +undecided +fails +goodput +most are$/m);
  expect(out).toMatch(/^ +50\/s +2 +0 +0 +99\.9 % ± 1\.3 +holds$/m);
  expect(out).toMatch(/^people\.rate +http_reqs\{load:people\} rate$/m);
  expect(out).toMatch(/^ +50\/s +[45]\d(\.\d)? requests\/s ± \d/m);
  expect(out).toContain("- from holds to fails between 50/s and 250/s");
});

test("classes that are equally frequent are told as such, and disciplines in a list have nothing between them", () => {
  const cellOf = (name: string, none: number): Cell => {
    const counts = { none, partial: 4 - none, complete: 0 };
    const entries = Object.entries(counts).map(([each, k]) => [each, { k, n: 4, low: 0, high: 1 }]);
    return {
      ...emptyCell(null, [name], []),
      class: none > 2 ? "none" : "partial",
      n: 4,
      counts: Object.fromEntries(entries),
    };
  };
  const axis = { path: "server.discipline", scale: "list", unit: "", values: ["fifo", "codel"] } as const;
  const answer: SweepAnswer = {
    ...{ axes: [axis], points: null, replications: 4, measures: [], check: null, isRefined: false, simulated: 2 },
    ...{ classes: ["complete", "partial", "none"], cells: [cellOf("fifo", 2), cellOf("codel", 4)] },
  };
  const out = { width: 100, color: picocolors.createColors(false) } as Printer;
  const asked = { file: "a.yaml", options: {}, isInterrupted: false } as unknown as Asked;
  const lines = sweepLines(answer, asked, out).join("\n");
  expect(lines).toMatch(/^ *fifo +2 +2 +0 +- +2 of 4 each: partial$/m);
  expect(lines.replace(/\s+/g, " ")).toContain("In 1 of these classes are equally frequent; the worse counts.");
  expect(lines).toContain("- from partial to none: fifo -> codel");
});

test("absurd work is told for what it is before any of it begins, and a higher limit lets it", async () => {
  const folder = new Folder({ "calm.yaml": SHORT });
  const axes = ["--vary", "people.rate=1/s..1000/s/1000", "--vary", "db.cores=1..1000/1000", "--replications", "1000"];
  const { code, err } = await folder.brownout(["sweep", "calm.yaml", ...axes, "--csv", "a.csv", "--jobs", "2"]);
  expect(code).toBe(2);
  const words = err.replace(/\s+/g, " ");
  expect(words).toMatch(
    /at most 1,000,000,000 runs in 1,000,000 cells, of about .* each: at most .* days on 2 threads/,
  );
  expect(words).toContain(
    "The sweep was not begun: more than --at-most 100,000 runs; expected fewer values or replications, a --sample, or --yes",
  );
  expect(folder.files).toEqual(["calm.yaml"]);
  const keen = await folder.brownout(["sweep", "calm.yaml", ...axes, "--yes"]);
  expect([keen.code, keen.err]).toEqual([2, expect.stringContaining("more than the 100,000 cells that can be kept")]);
  const few = ["--vary", "people.rate=10/s,20/s", "--replications", "2"];
  expect((await folder.brownout(["sweep", "calm.yaml", ...few, "--at-most", "3"])).code).toBe(2);
  expect((await folder.brownout(["sweep", "calm.yaml", ...few, "--at-most", "4"])).code).toBe(0);
});

test("everything that is wrong with the command line is told at once, and nothing runs", async () => {
  const folder = new Folder({ "calm.yaml": SHORT });
  const wrong = [
    "--vary",
    "db.cores=2..1",
    "--vary",
    "db.cors=1,2",
    "--vary",
    "api.replicas=1,-2",
    "--measure",
    "nope(db)",
  ];
  const { code, err, out } = await folder.brownout([
    "sweep",
    "calm.yaml",
    ...wrong,
    "--class",
    "goodput(people) > many",
  ]);
  expect([code, out]).toEqual([2, ""]);
  expect(err.trimEnd().split("\n")).toEqual([
    "--vary db.cores: the range ends before it begins; expected 1..2",
    expect.stringContaining('--vary db.cors: nothing is called "cors"'),
    expect.stringContaining("--vary api.replicas: api.replicas: -2 is negative; expected a whole number from"),
    expect.stringContaining("--measure nope(db): "),
    expect.stringContaining("--class: "),
  ]);
  const list = await folder.brownout(["sweep", "calm.yaml", "--vary", "db.cores=1,2", "--refine"]);
  expect([list.code, list.err]).toEqual([2, expect.stringContaining("--refine: only a grid of one or two ranges")]);
  const both = await folder.brownout(["sweep", "calm.yaml", "--vary", "seed=1,2", "--refine", "--no-refine"]);
  expect([both.code, both.out]).toEqual([2, ""]);
  expect(both.err).toContain("--vary seed: this is no figure of the system");
  expect(both.err).toContain("--refine and --no-refine say the opposite");
});

test("a sweep that is interrupted leaves its files with what it has, says so, and ends with 3", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const axes = [
    "--vary",
    "people.rate=10/s..500/s/30",
    "--vary",
    "db.cores=1..30/30",
    "--json",
    "a.json",
    "--csv",
    "a.csv",
  ];
  const { code, out } = await folder.brownout(["sweep", "calm.yaml", ...axes], (kill) => kill("SIGINT"));
  expect(code).toBe(3);
  expect(out).toContain("interrupted: this is what is known so far");
  expect(JSON.parse(readFileSync(folder.at("a.json"), "utf8")).complete).toBe(false);
  expect(readFileSync(folder.at("a.csv"), "utf8").split("\r\n").length).toBe(902);
});

test("a cell of CSV that holds a comma, a quote or a line end stands in quotes", () => {
  expect(csvLine(["plain", "a,b", 'say "so"', "two\nlines", 0.5, null, true])).toBe(
    'plain,"a,b","say ""so""","two\nlines",0.5,,true\r\n',
  );
});
