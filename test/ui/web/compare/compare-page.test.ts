import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedPage, servedPage } from "../served-page.ts";

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage();
});
afterAll(() => served?.close());

test("the same scenario on both sides is identical, and every difference is 0 (point 25)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/compare/lasting-overload?a=vegas&b=vegas");
  await page.getByText("Both runs are identical.").waitFor();
  const differences = await page.locator("[data-difference]").allInnerTexts();
  expect(differences.length).toBeGreaterThan(3);
  expect(differences.filter((text) => !/^0( |$)|^–$/.test(text))).toEqual([]);
}, 30_000);

test("two runs that the same people come to say where they part, and one click goes there (point 26)", async () => {
  if (served === undefined) return;
  const set = new URLSearchParams({ seta: "server.workers=10", setb: "server.workers=20" });
  const page = await served.open(`#/compare/lasting-overload?${set}`);
  await page.getByText("identical until").waitFor();
  await page.getByText("The same people come to both.").waitFor();
  expect(await page.locator(".change").innerText()).toBe("server.workers: 10 → 20");
  const parted = Number(await page.locator(".parting").getAttribute("data-parted"));
  await page.locator(".parting").getByRole("button", { name: "Jump" }).click();
  const slider = page.getByRole("slider").first();
  await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(0);
  expect(parted).toBeGreaterThan(0);
  expect(parted).toBeLessThan(30e6);
  await page.getByRole("button", { name: "Run 20 seeds" }).click();
  await page.locator("[data-pairs='20']").waitFor({ timeout: 40_000 });
  expect(served.errors).toEqual([]);
}, 60_000);
