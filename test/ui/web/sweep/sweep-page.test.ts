import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../../cli/brownout.ts";
import { type ServedPage, servedPage } from "../served-page.ts";

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage();
});
afterAll(() => served?.close());

const VARY = ["server.workers=10..30/5", "callers.retry.maxRetries=0..4"];
const HASH = `#/sweep/lasting-overload?${new URLSearchParams({ vary: VARY.join("\n"), runs: "2" })}`;

test("a sweep in the page says what it costs, does all 50 runs, has the CSV of the command line, and replays the run of a cell to the same digest (points 27, 30 and 31)", async () => {
  if (served === undefined) return;
  const page = await served.open(HASH);
  await page.getByText("50 runs in 25 cells").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Export CSV" }).waitFor();
  expect(await page.locator(".found").getAttribute("data-cells")).toBe("25");
  await page.getByText("50 of 50 runs done").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const csv = readFileSync(await (await saved).path(), "utf8");
  const text = readFileSync("scenarios/defences/lasting-overload.yaml");
  const folder = new Folder({ "lasting-overload.yaml": text });
  const vary = VARY.flatMap((axis) => ["--vary", axis]);
  await folder.brownout(["sweep", "lasting-overload.yaml", ...vary, "--replications", "2", "--csv", "cells.csv"]);
  expect(csv).toBe(readFileSync(folder.at("cells.csv"), "utf8"));
  expect(csv.trimEnd().split("\r\n")).toHaveLength(26);

  const cell = page.locator('.heat-map [role="button"]').first();
  await cell.focus();
  await page.keyboard.press("Enter");
  const run = page.locator(".runs a").nth(1);
  const digest = await run.getAttribute("data-digest");
  await run.click();
  await page.locator(`article.replay[data-digest="${digest}"]`).waitFor();
  expect(page.url()).toContain("replication=1");
  expect(served.errors).toEqual([]);
}, 60_000);

test("cancelling a sweep ends its threads, keeps what was done, and no cell without a run has the colour of a class (points 29 and 33)", async () => {
  if (served === undefined) return;
  const page = await served.open(HASH.replace("runs=2", "runs=40"));
  await page.getByText("1000 runs in 25 cells").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".found:not([data-cells='0'])").waitFor();
  await page.getByRole("button", { name: "Cancel, keep results" }).click();
  await page.getByText("what was done is kept").waitFor();
  await page.getByRole("button", { name: "Export CSV" }).waitFor();
  expect(page.workers().length).toBeLessThanOrEqual(2);
  const known = Number(await page.locator(".found").getAttribute("data-cells"));
  const coloured = await page.locator('.heat-map rect:not([fill="none"])').count();
  expect(known).toBeGreaterThan(0);
  expect(known).toBeLessThan(25);
  expect(coloured).toBe(known);
}, 60_000);
