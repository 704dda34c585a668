import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POD_STATES } from "../../../../../ui/web/replay/stage/pod-states.ts";
import { type ServedPage, servedPage } from "../../served-page.ts";

let served: ServedPage | undefined;
let cascade: Page | undefined;
beforeAll(async () => {
  served = await servedPage();
  cascade = await served?.open("#/run/scale-out-cascade");
  await cascade?.getByText("09:15 until the end").waitFor();
});
afterAll(() => served?.close());

test("a moment is the same picture whatever was looked at before, forwards and backwards (points 8 and 9)", async () => {
  if (cascade === undefined) return;
  const seconds = [525, 12, 899, 479, 447, 526, 60, 700];
  const forwards = new Map<number, string>();
  for (const second of seconds) forwards.set(second, await pictureAt(cascade, second));
  expect(new Set(forwards.values()).size).toBe(seconds.length);
  for (const second of seconds.toReversed()) expect(await pictureAt(cascade, second)).toBe(forwards.get(second));
  const first = await served!.open("#/run/scale-out-cascade?t=525");
  await first.getByText("09:15 until the end").waitFor();
  expect(await pictureAt(first, 525)).toBe(forwards.get(525));
});

test("nothing is painted while nothing is played, and only what has changed after that (point 12)", async () => {
  if (cascade === undefined) return;
  await pictureAt(cascade, 525);
  const before = await countsOf(cascade);
  await cascade.waitForTimeout(1000);
  expect(await countsOf(cascade)).toEqual(before);
  await pictureAt(cascade, 526);
  const { cells } = await countsOf(cascade);
  expect(cells).toBeGreaterThan(10);
  expect(cells).toBeLessThan(120);
});

test("there are dots, not too many, and the legend says what one stands for (point 13)", async () => {
  if (cascade === undefined) return;
  await pictureAt(cascade, 300);
  const { dots } = await countsOf(cascade);
  expect(dots).toBeGreaterThan(20);
  expect(dots).toBeLessThanOrEqual(1500);
  const legend = await cascade.locator("[data-dot-legend]").innerText();
  expect(legend).toMatch(/^1 dot ≈ [\d.,]+ requests per second/);
});

test("T shows the same as a table: the full database with its owners, and every pod (points 16 and 41)", async () => {
  if (cascade === undefined) return;
  await pictureAt(cascade, 525);
  await cascade.locator("h1").click();
  await cascade.keyboard.press("t");
  const row = cascade.locator('tr[data-entity="noti-db"]');
  expect(await row.innerText()).toMatch(/▲[\s\S]*in use from zone-a[\s\S]*59\/59 FULL/);
  expect(await cascade.locator('tr[data-sort="pod"]').count()).toBe(75);
  expect(await cascade.locator(".stage-picture [role=img]").getAttribute("aria-label")).toContain("noti-db");
  await cascade.getByRole("button", { name: "State", exact: true }).click();
  expect(await cascade.locator('th[aria-sort="ascending"]').innerText()).toBe("State");
});

test("a click on the picture, a name in the table and the search find somebody and tell all numbers", async () => {
  if (cascade === undefined) return;
  const canvas = cascade.locator(".stage-picture [role=img]");
  const { height } = (await canvas.boundingBox())!;
  await canvas.click({ position: { x: 60, y: height / 2 } });
  await cascade.getByRole("region", { name: "Every number of load-test" }).waitFor();
  const box = cascade.getByRole("searchbox");
  await box.fill("main-d");
  await box.press("Enter");
  await cascade.getByRole("region", { name: "Every number of main-db" }).getByText("Threads_connected").waitFor();
  expect(await cascade.evaluate(() => location.hash)).toContain("sel=main-db");
  expect(served!.errors).toEqual([]);
});

test("where nothing is to move there are lines and no dots (point 42)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/run/rolling-update", { reducedMotion: "reduce" });
  await page.getByText("lines: the thicker").waitFor();
  await pictureAt(page, 60);
  expect((await countsOf(page)).dots).toBe(0);
  await page.setViewportSize({ width: 360, height: 720 });
  expect(await page.locator(".stage-picture").isVisible()).toBe(false);
  await page.locator('tr[data-entity="app"]').waitFor();
});

test("the states of a pod are told apart without colour (point 17)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  const patterns = await page.evaluate<number[][]>(
    `${await drawingCode()}; (${patternsOf})(${JSON.stringify(POD_STATES)})`,
  );
  for (const [at, one] of patterns.entries()) {
    for (const other of patterns.slice(at + 1)) {
      const differing = one.filter((grey, pixel) => Math.abs(grey - other[pixel]!) > 64).length;
      expect(differing, `${POD_STATES[at]}`).toBeGreaterThan(15);
    }
  }
});

/** Runs in the page: each state in black on white, as grey pixels. */
const patternsOf = `(states) => states.map((state) => {
  const canvas = document.createElement("canvas");
  canvas.width = 28;
  canvas.height = 24;
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 28, 24);
  const colours = Object.fromEntries(["back", "panel", "line", "text", "quiet", "accent", "good", "warn", "bad"].map((name) => [name, "#000"]));
  drawing.drawPod(context, { x: 0, y: 0, width: 28, height: 24 }, { state, bars: [], queue: 0 }, colours);
  const { data } = context.getImageData(0, 0, 28, 24);
  return Array.from({ length: 28 * 24 }, (_, pixel) => data[pixel * 4]);
})`;

async function drawingCode(): Promise<string> {
  const entry = fileURLToPath(new URL("../../../../../ui/web/replay/stage/draw-pod.ts", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "drawing" } },
  });
  const [{ output }] = built as unknown as [{ readonly output: readonly [{ readonly code: string }] }];
  return output[0].code.replace("var drawing", "globalThis.drawing");
}

/** Goes to a second of the run; gives what all canvases show then. */
async function pictureAt(page: Page, second: number): Promise<string> {
  await page
    .locator("input[type=range]")
    .first()
    .evaluate((input: HTMLInputElement, value) => {
      input.value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, second * 1e6);
  const pixels = await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll<HTMLCanvasElement>(".stage-picture canvas")].map((each) => each.toDataURL());
  });
  return createHash("sha256").update(pixels.join()).digest("hex");
}

async function countsOf(page: Page) {
  const { dots, cells, paints } = await page
    .locator(".stage-picture [role=img]")
    .evaluate((canvas: HTMLCanvasElement) => ({ ...canvas.dataset }));
  return { dots: Number(dots), cells: Number(cells), paints: Number(paints) };
}
