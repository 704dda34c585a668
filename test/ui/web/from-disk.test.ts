import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedPage, servedPage } from "./served-page.ts";

const BUILT = process.env["W8"] ?? "";

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage(BUILT);
});
afterAll(() => served?.close());

test("try", async () => {
  const page = await served!.visit(`${pathToFileURL(BUILT)}/index.html#/run/lasting-overload`);
  await page.locator("[data-digest]").waitFor({timeout: 20000}).catch(() => {});
  console.log(page.url(), served!.errors, served!.elsewhere, (await page.locator("body").innerText()).slice(0, 500));
});
test("host", async () => {
  const page = await served!.open(`#/run/lasting-overload`);
  await page.locator("[data-digest]").waitFor({timeout: 20000}).catch(() => {});
  console.log(page.url(), served!.errors, served!.elsewhere, (await page.locator("body").innerText()).slice(0, 500));
});
