import { readFileSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { readShard } from "../../../ui/cli/crew/shard.ts";
import { CHEAP, type Ended, Folder } from "./brownout.ts";

/** Has each shard do its part, in a folder of results that all share or in one of its own. */
async function shards(folder: Folder, study: readonly string[], of: number, isShared: boolean): Promise<Ended[]> {
  const ends: Ended[] = [];
  for (let index = 1; index <= of; index++) {
    const results = isShared ? "shared" : `of-${of}-${index}`;
    const where = ["--shard", `${index}/${of}`, "--results", results, "--jobs", `${(index % 2) + 1}`];
    ends.push(await folder.brownout([...study, ...where]));
  }
  return ends;
}

test("a study in 2, 3 and 7 shards, on one and two threads, merged: the bytes of the study in one", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const study = ["variants", "cheap.yaml", "--replications", "8", "--set", "people.rate=40/s", "--json"];
  const whole = await folder.brownout([...study, "whole.json", "--jobs", "2"]);
  for (const of of [2, 3, 7]) {
    const ends = await shards(folder, [...study, "merged.json"], of, false);
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
    expect(ends[0]!.err).toMatch(new RegExp(`shard 1/${of} is done with round 1, which has 16 runs`));
    expect(folder.files).not.toContain("merged.json");
    const folders = ends.map((_, at) => `of-${of}-${at + 1}`);
    const merged = await folder.brownout(["merge", ...folders]);
    expect(merged).toEqual({ ...whole, err: merged.err });
    expect(readFileSync(folder.at("merged.json"), "utf8")).toBe(readFileSync(folder.at("whole.json"), "utf8"));
    rmSync(folder.at("merged.json"));
  }
});

test("whoever merges a sweep needs no scenario, and says where the answer goes: the bytes of the sweep in one", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const study = ["sweep", "cheap.yaml", "--vary", "server.workers=1..4", "--replications", "4"];
  await folder.brownout([...study, "--json", "whole.json", "--csv", "whole.csv"]);
  await shards(folder, study, 3, true);
  renameSync(folder.at("cheap.yaml"), folder.at("gone"));
  const { code } = await folder.brownout(["merge", "shared", "--json", "merged.json", "--csv", "merged.csv"]);
  expect(code).toBe(0);
  for (const kind of ["json", "csv"]) {
    expect(readFileSync(folder.at(`merged.${kind}`), "utf8")).toBe(readFileSync(folder.at(`whole.${kind}`), "utf8"));
  }
});

test("merge says what is missing and of which shards, and that files of several studies are not one", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const study = ["variants", "cheap.yaml", "--replications", "4"];
  await shards(folder, study, 3, false);
  const missing = await folder.brownout(["merge", "of-3-1", "of-3-3"]);
  expect(missing.code).toBe(3);
  expect(missing.err).toMatch(/\n[23] of 8 runs of round 1 are missing, of shards 2\/3:\n {2}replication \d/);
  await shards(folder, [...study, "--seed", "9"], 1, false);
  const mixed = await folder.brownout(["merge", "of-3-1", "of-1-1"]);
  expect(mixed.code).toBe(2);
  expect(mixed.err).toContain("these are shards of several studies; expected one:\n  shard 1/3 of brownout variants");
  const nothing = await folder.brownout(["merge", "."]);
  expect([nothing.code, nothing.err]).toEqual([
    2,
    ".: there is no shard in it; expected what --shard i/n --results DIR has left\n",
  ]);
  const noFile = await folder.brownout(["merge", "nowhere", "--json", "x"]);
  expect([noFile.code, noFile.err]).toEqual([2, "nowhere: there is no such file\n"]);
});

test("a study that asks round by round is done by shards that share a folder, round by round, to the same answer", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const study = ["find", "cheap.yaml", "--vary", "people.rate=10/s..80/s", "--replications", "8", "--within", "90%"];
  const question = ["--until", "http_req_failed{load:people} rate > 5%", "--json"];
  const whole = await folder.brownout([...study, ...question, "whole.json"]);
  let times = 0;
  for (; !folder.files.includes("merged.json"); times++) {
    if (times > 0) expect((await folder.brownout(["merge", "shared"])).err).toMatch(/runs of round [2-9] are missing/);
    expect(times).toBeLessThan(9);
    await shards(folder, [...study, ...question, "merged.json"], 2, true);
  }
  expect(times).toBeGreaterThan(1);
  rmSync(folder.at("merged.json"));
  expect((await folder.brownout(["merge", "shared"])).out).toBe(whole.out);
  expect(readFileSync(folder.at("merged.json"), "utf8")).toBe(readFileSync(folder.at("whole.json"), "utf8"));
});

test("a shard has to be told where to leave its runs, and which part it is", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const homeless = await folder.brownout(["variants", "cheap.yaml", "--shard", "1/2"]);
  expect([homeless.code, homeless.err]).toEqual([2, expect.stringContaining("expected --results, too")]);
  for (const words of ["0/2", "3/2", "1", "1/0", "x"]) expect(() => readShard(words)).toThrow("Expected such as 2/3");
  expect(readShard("2/3")).toEqual({ index: 2, of: 3 });
  const file = await folder.brownout(["variants", "cheap.yaml", "--results", "cheap.yaml"]);
  expect([file.code, file.err]).toEqual([2, expect.stringContaining("finished runs cannot be kept here")]);
});

test("a run that takes too long is given up with what it was, and the others go on", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const { code, err } = await folder.brownout(["variants", "cheap.yaml", "--replications", "1", "--timeout", "1ms"]);
  expect(code).toBe(3);
  expect(err).not.toContain("mistake");
  expect(err.match(/without one run: it was given up after 0\.001 s/g)?.length).toBe(2);
  expect(err).toMatch(/file cheap\.yaml \(input [0-9a-f]{16}\)\n {2}the file's seed, replication 0, variant alone\n/);
});
