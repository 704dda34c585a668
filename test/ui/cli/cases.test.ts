import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CALM, CUT, Folder } from "./brownout.ts";

const REPORTED = `${CALM}
replications: 4
reported:
  - { measure: http_reqs rate, is: 50/s, within: 10%, source: the rate that was set }
  - { measure: max(Threads_connected(db)), between: 1..20 }
  - { measure: http_req_duration p(95), is: 18ms, within: 20ms, across: p(50), as: fitted }
figures:
  people.classes.*.work: fitted (to the duration)
`;

test("cases replays what was reported, figure by figure, and ends with 0 when all are right", async () => {
  const folder = new Folder({ "calm.yaml": REPORTED });
  const { code, out } = await folder.brownout(["cases", "calm.yaml", "--json", "cases.json"]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /ok {3}http_reqs rate +50 requests\/s +45 to 55 requests\/s +\d+\.?\d* requests\/s \(\S+ to \S+\) +4 +predicted/,
  );
  expect(out).toMatch(/ok {3}max\(Threads_connected\(db\)\) +1 to 20 connections +/);
  expect(out).toMatch(/ok {3}http_req_duration p\(95\), p\(50\) +18 ms +/);
  expect(out).toContain("fitted: people.classes.*.work to the duration");
  expect(out).toContain("All 3 reported figures are right.");
  const { format, cases, complete } = JSON.parse(readFileSync(folder.at("cases.json"), "utf8"));
  expect([format, complete, cases[0].rows[0].is, cases[0].rows[0].simulated.n]).toEqual([
    "brownout-cases/1",
    true,
    50,
    4,
  ]);
});

test("a figure that does not come out is marked, and the exit code is 1", async () => {
  const folder = new Folder({ "calm.yaml": REPORTED.replace("is: 50/s", "is: 80/s") });
  const { code, out } = await folder.brownout(["cases", "calm.yaml"]);
  expect(code).toBe(1);
  expect(out).toMatch(/OUT {2}http_reqs rate +80 requests\/s +72 to 88 requests\/s/);
  expect(out).toContain("1 of 3 reported figures are out.");
});

test("what was reported of the scenario is not held against a variant, which has its own", async () => {
  const text = `${CUT.replace("about: Nothing happens.,", 'about: Nothing happens., reported: [{ measure: goodput(people), between: "99%..100%" }],')}
reported: [{ measure: outage(people), between: complete..complete, across: mode }]
replications: 2
`;
  const { code, out } = await new Folder({ "cut.yaml": text }).brownout(["cases", "cut.yaml"]);
  expect(code).toBe(0);
  expect(out).toMatch(/ok {3}outage\(people\), mode +complete +complete, in 100 % of runs +2 +predicted/);
  expect(out).toMatch(/cut\.yaml \(never\)\n +Nothing happens\.\n.*\nok {3}goodput\(people\) +99 to 100 %/);
  expect(out.match(/ok {3}/g)).toHaveLength(2);
});

test("mistakes in reported figures are found where they stand, all at once", async () => {
  const wrong = REPORTED.replace("http_reqs rate, is: 50/s", "http_req rate, is: 50/s")
    .replace("between: 1..20", "is: 3")
    .replace("across: p(50)", "across: median");
  const { code, err } = await new Folder({ "calm.yaml": wrong }).brownout(["cases", "calm.yaml"]);
  expect(code).toBe(2);
  expect(err).toContain("a reported figure has either `is` and `within`, or `between`");
  expect(err).toContain('"median" does not make one number of many; expected mean, min, max, mode, or p(5)');
  const named = await new Folder({ "calm.yaml": REPORTED.replace("http_reqs rate", "http_req rate") }).brownout([
    "cases",
    "calm.yaml",
  ]);
  expect([named.code, named.err]).toEqual([
    2,
    expect.stringContaining('26:16: reported.0.measure: unknown metric of people "http_req"'),
  ]);
});

test("a scenario without reported figures is no case", async () => {
  const { code, err } = await new Folder({ "calm.yaml": CALM }).brownout(["cases", "calm.yaml"]);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining('no figures are reported in calm.yaml; expected "reported:" in a scenario'),
  ]);
});

test("docs lists the kinds, explains each, and knows what was meant", async () => {
  const folder = new Folder();
  const [list, mysql, file, wrong] = await Promise.all(
    [["docs"], ["docs", "mysql"], ["docs", "scenario"], ["docs", "mysq"]].map((args) => folder.brownout(args)),
  );
  expect(list?.out).toMatch(/^proxysql +ProxySQL in pods/m);
  expect(mysql?.out).toMatch(/^max_connections +whole number +151\n +Sessions at once.*\(MySQL\s+manual\)/ms);
  expect(mysql?.out).toContain("On the timeline: ");
  expect(file?.out).toMatch(/^duration +duration|^duration +text +required/m);
  expect([wrong?.code, wrong?.err]).toEqual([2, expect.stringContaining('there is no kind "mysq"; expected "mysql"')]);
});
