import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { expect, test } from "vitest";
import { CALM, CHEAP, Folder, MAIN } from "./brownout.ts";

test("all mistakes of a scenario are told at once, each with its place; nothing runs and no file is left", async () => {
  const wrong = CALM.replace("patience: 1s", "patience: 1")
    .replace("replicas: 2", "replicas: two")
    .replace("to: api", "to: apj")
    .replace("queue: 16", "queu: 16");
  const folder = new Folder({ "wrong.yaml": wrong });
  const outputs = ["--json", "result.json", "--record", "r.run.gz"];
  const { code, out, err } = await folder.brownout(["run", "wrong.yaml", ...outputs]);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain('wrong.yaml:18:29: lb.to: there is no component "apj"; expected "api"');
  expect(err).toContain("wrong.yaml:13:15: people.patience: 1 needs a unit");
  expect(err).toMatch(/wrong\.yaml:19:\d+: api\.replicas: "two" is not a number/);
  expect(err).toMatch(/wrong\.yaml:19:\d+: api\.queu: unknown key "queu"; expected "queue"/);
  expect(folder.files).toEqual(["wrong.yaml"]);
});

test("validate judges many files, whatever they are, and goes on after each", async () => {
  const folder = new Folder({
    "good.yaml": CALM,
    "bad.yaml": "name: bad\n",
    "picture.yaml": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff, 0xfe]),
    "large.yaml": `# ${"x".repeat(9 * 1024 * 1024)}`,
    "empty.yaml": "",
  });
  const files = ["bad.yaml", "picture.yaml", "large.yaml", "empty.yaml", ".", "none.yaml", "good.yaml/x", "good.yaml"];
  const { code, out } = await folder.brownout(["validate", ...files]);
  expect(code).toBe(2);
  expect(out).toMatch(/bad\.yaml:\d+:\d+: duration: "duration" is missing/);
  expect(out).toContain("picture.yaml:1:1: this is not a text in UTF-8; expected a YAML file");
  expect(out).toContain("large.yaml: the file has 9437186 bytes; expected at most 8388608");
  expect(out).toContain("empty.yaml:1:1: the file is empty");
  expect(out).toContain(".: this is a folder; expected a scenario file");
  expect(out).toContain("none.yaml: there is no such file");
  expect(out).toContain("good.yaml/x: there is no such file");
  expect(out).toMatch(/good\.yaml: valid, with 13 warnings\n1 of 8 files are valid\n$/);
  expect((await folder.brownout(["validate", "good.yaml"])).code).toBe(0);
});

test("what is wrong on the command line is said with what was probably meant, and never with a stack", async () => {
  const folder = new Folder({ "calm.yaml": CALM.replace("checks:", "variants: { faster: {} }\nchecks:") });
  const said: [args: string[], words: string][] = [
    [["rnu", "calm.yaml"], "(Did you mean run?)"],
    [["run", "calm.yaml", "--variamt", "x"], "(Did you mean --variant?)"],
    [["run"], "missing required argument 'file'"],
    [["run", "calm.yaml", "--replications", "0"], "Expected a whole number from 1 to 100000."],
    [["run", "calm.yaml", "--replications", "1e3"], "Expected a whole number"],
    [["run", "calm.yaml", "--replications", "2", "--replication", "1"], "cannot be used with"],
    [["run", "calm.yaml", "--replications", "2", "--record", "r"], "--record is for one run"],
    [["run", "calm.yaml", "--variant", "fastr"], '--variant fastr: there is no variant "fastr"; expected "faster"'],
    [["run", "calm.yaml", "--set", "db.core=3"], "--set db.core"],
    [["run", "calm.yaml", "--set", "db.cores=many"], "--set db.cores"],
    [["run", "calm.yaml", "--set", "db"], "--set db"],
    [["run", "calm.yaml", "--seed", ""], "Expected a number or a text"],
    [["run", "calm.yaml", "--json", "none/result.json"], "none/result.json: the file cannot be written"],
    [["run", "calm.yaml", "--json", "."], ".: this is a folder"],
    [["variants", "calm.yaml", "--results", ""], "Expected the name of a folder"],
    [["sensitivity", "calm.yaml"], "no figure can be moved"],
    [["sensitivity", "calm.yaml", "--by", "20"], "is more than 1"],
    [[], "Usage: brownout"],
  ];
  for (const [args, words] of said) {
    const { code, out, err } = await folder.brownout(args);
    expect([args, code, out]).toEqual([args, 2, ""]);
    expect(err).toContain(words);
    expect(err).not.toMatch(/^\s+at /m);
  }
  expect(folder.files).toEqual(["calm.yaml"]);
});

test("help and version end with 0, and the schema is JSON", async () => {
  const folder = new Folder();
  const help = await folder.brownout(["--help"]);
  expect([help.code, help.err]).toEqual([0, ""]);
  expect(help.out).toContain("3  inconclusive");
  expect((await folder.brownout(["variants", "--help"])).out).toContain("(default: 40)");
  expect((await folder.brownout(["--version"])).out).toMatch(/^brownout \d+\.\d+\.\d+\n$/);
  const schema = JSON.parse((await folder.brownout(["schema"])).out);
  expect(Object.keys(schema.properties)).toContain("components");
});

test("signs that control a terminal do not get through, nor do colours where nobody sees them", async () => {
  const sly = CALM.replace("A database that has time", '"red \\e[31malert\\a \\e]0;owned\\a"');
  const folder = new Folder({ "sly.yaml": sly });
  const { out, err } = await folder.brownout(["run", "sly.yaml"]);
  expect(out).toContain("alert");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(`${out}${err}`.replace(/\n/g, "")).not.toMatch(/[\u0000-\u001f\u007f]/);
});

test.each([
  ["timeline=[{when: attempts(people) > 3, do: scale, target: api, to: 3}]", "attempts is not known at an instant"],
  ["timeline=[{at: 1s, do: slow, target: db, by: 0}]", "at a factor of 0 it would take no time"],
  ["duration=*x", "the value cannot be read"],
  ["timeline=[{at: 1s, do: ramp, target: db.max_connections, to: 5, over: 10s}]", "a mysql cannot be told to ramp"],
  ["timeline=[{at: 1s, do: restart, target: api, over: 10s}]", 'unknown key "over"'],
])("a change that means nothing is the user's mistake and not ours: %s", async (change, wrong) => {
  const { code, err } = await new Folder({ "calm.yaml": CALM }).brownout(["run", "calm.yaml", "--set", change]);
  expect(err).toContain(wrong);
  expect(code).toBe(2);
});

test("more nodes than the network can tell apart are told at their place", async () => {
  const many = CALM.replace("count: 2", "count: 5000");
  const { code, out } = await new Folder({ "many.yaml": many }).brownout(["validate", "many.yaml"]);
  expect(out).toMatch(/many\.yaml:6:1: nodes: there are 5000 nodes in all; expected at most 4094/);
  expect(code).toBe(2);
});

test("a result never takes the place of a scenario", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const { code, err } = await folder.brownout(["run", "calm.yaml", "--json", "calm.yaml"]);
  expect(err).toContain("calm.yaml: this would overwrite a scenario");
  expect(code).toBe(2);
});

test.runIf(process.platform === "linux")("a standard output that is full is told, and nothing counts as done", () => {
  const { path } = new Folder({ "cheap.yaml": CHEAP });
  const full = openSync("/dev/full", "w");
  for (const args of [["run", "cheap.yaml", "--json", "-"], ["run", "cheap.yaml"], ["schema"]]) {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: path,
      stdio: ["ignore", full, "pipe"],
    });
    expect([status, `${stderr}`]).toEqual([
      2,
      expect.stringContaining("standard output cannot be written: the disk is full"),
    ]);
  }
});
