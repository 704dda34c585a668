import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CALM, Folder } from "./brownout.ts";

const TITLE = "</script><script>alert(1)</script>";

test("a report is one page with the run, and the scenario in it ends no element, whatever its title says", async () => {
  const folder = new Folder({ "calm.yaml": CALM.replace("A database that has time", `'${TITLE}'`) });
  expect((await folder.brownout(["run", "calm.yaml", "--report", "calm.html"])).code).toBe(0);
  const page = readFileSync(folder.at("calm.html"), "utf8");
  expect(page).not.toContain(TITLE);
  const [, carried = ""] = /<script id="run" type="application\/json">([^<]+)<\/script>/.exec(page) ?? [];
  const { file, recording, input } = JSON.parse(carried);
  expect([file, input.file]).toEqual(["calm.run.gz", "calm.yaml"]);
  expect(input.text).toContain(TITLE);
  expect(Buffer.from(recording, "base64").subarray(0, 2)).toEqual(Buffer.of(0x1f, 0x8b));
  expect(page).not.toMatch(/<(?:script|link|img)[^>]* (?:src|href)="(?!data:)/);
});

test("a report is of one run, and of a place that can be written to", async () => {
  const folder = new Folder({ "calm.yaml": CALM });
  const many = await folder.brownout(["run", "calm.yaml", "--replications", "3", "--report", "calm.html"]);
  expect([many.code, many.err]).toEqual([2, expect.stringContaining("--report is for one run")]);
  const nowhere = await folder.brownout(["run", "calm.yaml", "--report", "no/folder/calm.html"]);
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("there is no such folder")]);
  expect(folder.files).toEqual(["calm.yaml"]);
});
