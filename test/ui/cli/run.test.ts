import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import { decode } from "../../../scenarios/recording/recording-file.ts";
import { CALM, CUT, Folder } from "./brownout.ts";

test("a run prints its seed first and its verdict last, and ends with 0 if the checks hold", async () => {
  const { code, out, err } = await new Folder({ "calm.yaml": CALM }).brownout(["run", "calm.yaml"]);
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toBe("seed 7, replication 0");
  expect(out).toContain("calm: A database that has time");
  expect(out).toMatch(/goodput {5}100\.0 %, 1,482 of 1,482 served\n/);
  expect(out).toMatch(/holds {2}http_req_failed\{load:people\} rate < 1%\n {9}measured 0 %, limit 1 %\n/);
  expect(out).toMatch(/digest {6}[0-9a-f]{16} /);
  expect(lines.at(-1)).toBe(
    "people: no outage; 100.0 % of all people were served. As the file expects, its check holds.",
  );
  expect(err).not.toContain("simulated");
});

test("a disaster that the file expects ends with 0, and one that it does not expect with 1", async () => {
  const folder = new Folder({ "cut.yaml": CUT, "not-expected.yaml": CUT.replace("expect: fails", "expect: holds") });
  const expected = await folder.brownout(["run", "cut.yaml"]);
  expect(expected.code).toBe(0);
  expect(expected.out.replace(/\s+/g, " ")).toContain("As the file expects, its check fails.");
  const unexpected = await folder.brownout(["run", "not-expected.yaml"]);
  expect(unexpected.code).toBe(1);
  expect(unexpected.out.replace(/\s+/g, " ")).toContain(
    "Not as expected: its check fails, and the file expects that it holds.",
  );
});

test("a run too short to decide a check ends with 3", async () => {
  const late = CUT.replace(/ {2}- http_req_failed.*/, "  - recovered(people) within 60s of 100s").replace(
    "fails",
    "holds",
  );
  const { code, out } = await new Folder({ "late.yaml": late }).brownout(["run", "late.yaml"]);
  expect(code).toBe(3);
  expect(out).toMatch(/open .*recovered\(people\)/);
  expect(out).toContain("a longer run may tell");
});

test("the result is JSON in a stated format, the same from run to run but for what it cost", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  await folder.brownout(["run", "cut.yaml", "--json", "one.json"]);
  const { out, err } = await folder.brownout(["run", "cut.yaml", "--json", "-"]);
  const one = JSON.parse(readFileSync(folder.at("one.json"), "utf8")) as RunResult;
  const two = JSON.parse(out) as RunResult;
  expect({ ...one, cost: undefined }).toEqual({ ...two, cost: undefined });
  expect(one.format).toBe("brownout-result/1");
  expect(one.run).toMatchObject({ scenario: "calm", variant: null, overrides: [], seed: "7", replication: 0 });
  expect(one.loads[0]).toMatchObject({ path: "people", people: 1157, outage: "complete" });
  expect(one.cost.cpuSeconds).toBeGreaterThan(0);
  expect(folder.files).toEqual(["cut.yaml", "one.json"]);
  expect(err).toContain("seed 7, replication 0");
});

test("many runs on other threads are the same runs, bit by bit, as each alone", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const many = await folder.brownout(["run", "cut.yaml", "--replications", "3", "--jobs", "2", "--json", "many.json"]);
  expect(many.code).toBe(0);
  const { format, results, table, complete } = JSON.parse(readFileSync(folder.at("many.json"), "utf8"));
  expect([format, complete, results.length]).toEqual(["brownout-results/1", true, 3]);
  expect(table.outages.complete).toMatchObject({ k: 3, n: 3, high: 1 });
  expect(many.out).toMatch(/complete outage +3 of 3 \(44 to 100 %\)/);
  for (const replication of [0, 2]) {
    const alone = await folder.brownout(["run", "cut.yaml", "--replication", String(replication), "--json", "-"]);
    expect(results[replication].digest).toBe(JSON.parse(alone.out).digest);
    expect(many.out).toContain(results[replication].digest);
  }
});

test("a recording can be read back, and knows where each pod stood", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const { code } = await folder.brownout(["run", "cut.yaml", "--record", "cut.run.gz"]);
  expect(code).toBe(0);
  const { header, bins } = decode(gunzipSync(readFileSync(folder.at("cut.run.gz"))));
  expect(header).toMatchObject({ name: "calm", variant: "", seed: "7", replication: 0, classes: ["read", "write"] });
  expect(header.bins).toBe(120);
  expect(bins).toBeDefined();
  const pod = header.components.find(({ path }) => path === "api-1");
  expect(pod).toEqual({ path: "api-1", kind: "service pod", parent: "api", zone: "a", node: "node n-a-2" });
});

test("--set, --variant, --seed and --replication change which run it is", async () => {
  const folder = new Folder({ "cut.yaml": CUT });
  const args = [
    "--variant",
    "never",
    "--set",
    "people.rate=20/s",
    "--set",
    "db.cores=3",
    "--seed",
    "x",
    "--replication",
    "4",
  ];
  const { code, out } = await folder.brownout(["run", "cut.yaml", ...args, "--json", "result.json"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^seed x, replication 4\n/);
  expect(out).toContain("variant never: Nothing happens.");
  const { run, loads } = JSON.parse(readFileSync(folder.at("result.json"), "utf8")) as RunResult;
  const overrides = ["people.rate=20/s", "db.cores=3"];
  expect(run).toMatchObject({ variant: "never", overrides, seed: "x", replication: 4 });
  expect(loads[0]!.people).toBeGreaterThan(2000);
});

test("recorded arrivals are read from beside the scenario, and belong to the fingerprint of the input", async () => {
  const scenario = CALM.replace("rate: 50/s", "recorded: people.csv");
  const hashes = [];
  for (const text of ["at\n1s\n2s\n", "at\n1s\n2s\n3s\n"]) {
    const folder = new Folder({ "calm.yaml": scenario, "people.csv": text });
    const { out } = await folder.brownout(["run", "calm.yaml", "--json", "-"]);
    const { run, loads } = JSON.parse(out) as RunResult;
    expect(loads[0]!.people).toBe(text.split("\n").length - 2);
    hashes.push(run.inputHash);
  }
  expect(new Set(hashes).size).toBe(2);
});
