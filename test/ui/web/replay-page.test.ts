import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { type ServedPage, servedPage } from "./served-page.ts";

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage();
});
afterAll(() => served?.close());

test("the page opens on the library of cases, and one click replays the cascade: verdict first, causes second", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await page.getByRole("link", { name: "Scaling out turns a partial outage into a complete one" }).click();
  await page.getByText("09:15 until the end").waitFor();
  const told = await page.locator("article").innerText();
  const places = [
    "a complete outage from 09:15",
    "outage(load-test) < complete",
    "operators scale proxysql to 43 pods",
  ];
  const at = places.map((text) => told.indexOf(text));
  expect(at.every((place) => place >= 0)).toBe(true);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
  expect(served.errors).toEqual([]);
  expect(served.elsewhere).toEqual([]);
});

test("a run in the page comes to the same digest as on the command line", async () => {
  if (served === undefined) return;
  const file = "scenarios/defences/lasting-overload.yaml";
  const input = { file, text: readFileSync(file, "utf8"), attachments: new Map() };
  const { outcome } = new Replicator(input).do({ variant: "vegas", overrides: [], replication: 3 });
  const page = await served.open("#/run/lasting-overload?variant=vegas&replication=3");
  await page.locator(`[data-digest="${outcome.digest}"]`).waitFor();
});
