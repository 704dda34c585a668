import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedPage, servedPage } from "../served-page.ts";

let served: ServedPage | undefined;
let page: Page | undefined;
beforeAll(async () => {
  served = await servedPage();
  page = await served?.open("#/run/scale-out-cascade");
  page?.setDefaultTimeout(10_000);
  await page?.locator(".charts .u-over").first().waitFor();
  await page?.locator(".scrubber .quiet").waitFor({ state: "detached" });
}, 60_000);
afterAll(() => served?.close());

const scrubber = (of: Page) => of.getByRole("slider", { name: "Time" });

/** Counts from now on how often a chart is drawn: uPlot clears its canvas each time. */
async function countDraws(of: Page): Promise<() => Promise<number>> {
  await of.evaluate(() => {
    const { prototype } = CanvasRenderingContext2D;
    const { clearRect } = prototype;
    document.body.dataset.draws = "0";
    prototype.clearRect = function (this: CanvasRenderingContext2D, ...box) {
      const isChart = this.canvas instanceof HTMLCanvasElement && this.canvas.closest(".charts") !== null;
      if (isChart) document.body.dataset.draws = String(Number(document.body.dataset.draws) + 1);
      clearRect.apply(this, box);
    };
  });
  return async () => Number(await of.evaluate(() => document.body.dataset.draws));
}

test("scrubbing moves the playhead of every chart and draws none of them again; nor does standing still (points 11, 12)", async () => {
  if (page === undefined) return;
  const draws = await countDraws(page);
  await scrubber(page).scrollIntoViewIfNeeded();
  const box = (await scrubber(page).boundingBox())!;
  await page.mouse.move(box.x + 10, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 10, box.y + box.height / 2, { steps: 60 });
  await page.mouse.up();
  await page.waitForTimeout(2000);
  expect(await draws()).toBe(0);
  const heads = await page.locator(".playhead").evaluateAll((lines) => lines.map((line) => line.style.left));
  expect(heads).toHaveLength(7);
  expect(new Set(heads).size).toBe(1);
  expect(Number.parseFloat(heads[0]!)).toBeGreaterThan(95);
  await page.getByLabel("Zoom from (s)").fill("120");
  await page.getByLabel("Zoom from (s)").blur();
  await page.waitForFunction(() => Number(document.body.dataset.draws) >= 7);
});

test("the event that noti-db hits its max_connections stands at the same place on all charts (point 19)", async () => {
  if (page === undefined) return;
  await page.getByText("Which events").click();
  await page.getByRole("button", { name: "None", exact: true }).click();
  await page.getByLabel("connection-limit-reached").check();
  await scrubber(page).fill("0");
  await page.getByRole("button", { name: "Next event", exact: true }).click();
  expect(await page.locator(".told").innerText()).toContain("noti-db is at its connection limit: 59 of 59");
  const places = await page.locator(".chart").evaluateAll((charts) =>
    charts.map((chart) => {
      const plot = chart.querySelector(".u-over")!.getBoundingClientRect();
      const line = chart.querySelector(".mark.current")!.getBoundingClientRect();
      return { x: line.left - plot.left, width: plot.width };
    }),
  );
  expect(places).toHaveLength(7);
  for (const { x, width } of places) {
    expect(Math.abs(x - places[0]!.x)).toBeLessThanOrEqual(1);
    expect(Math.abs(x - ((175.121 - 120) / 780) * width)).toBeLessThanOrEqual(1.5);
  }
});

test("a pointer over one chart is at the same moment on all others (point 20)", async () => {
  if (page === undefined) return;
  const plot = page.locator(".u-over").first();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 30);
  await page.mouse.move(box.x + box.width * 0.6, box.y + 40);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  const places = await page.locator(".u-cursor-x").evaluateAll((lines) => lines.map((line) => line.style.transform));
  expect(places).toHaveLength(7);
  expect(new Set(places).size).toBe(1);
  expect(Number.parseFloat(/translate\((-?[\d.]+)px/.exec(places[0]!)![1]!)).toBeCloseTo(box.width * 0.6, -1);
});

test("a drag over a chart zooms all of them, and the whole run comes back", async () => {
  if (page === undefined) return;
  const plot = page.locator(".u-over").first();
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 5 });
  await page.mouse.up();
  const [from, until] = await page
    .locator(".overview input")
    .evaluateAll((inputs) => inputs.map((each) => (each as HTMLInputElement).valueAsNumber));
  expect(Math.abs(from! - (120 + 0.25 * 780))).toBeLessThan(10);
  expect(Math.abs(until! - (120 + 0.75 * 780))).toBeLessThan(10);
  expect(await scrubber(page).getAttribute("aria-valuetext")).toBe("2 min 55.1 s, safe");
  await page.getByRole("button", { name: "Whole run" }).click();
  expect(await page.locator(".overview input").first().inputValue()).toBe("0");
});

test("going to the first break of a check brings up the series that shows it (point 5)", async () => {
  if (page === undefined) return;
  await page
    .getByRole("listitem")
    .filter({ hasText: "ready(proxysql) >= 50%" })
    .getByRole("button", { name: "Jump" })
    .first()
    .click();
  expect(await scrubber(page).getAttribute("aria-valuetext")).toMatch(/^7 min 18/);
  const proof = page.locator('[data-chart="evidence"]');
  expect(await proof.innerText()).toContain("proxysql ready");
});

test("somebody can have the chart of any series of any component, and the same numbers in the table", async () => {
  if (page === undefined) return;
  await page.getByLabel("Component").fill("main-db/executor");
  await page.getByRole("button", { name: "Add a chart" }).click();
  await page.locator('[data-chart="chosen"]').waitFor();
  await page.getByText("Numbers at").click();
  const row = page.locator('[data-series="main-db/executor Threads_running"]');
  expect(Number(await row.locator(".figure").first().innerText())).toBeGreaterThan(0);
  expect(served!.errors).toEqual([]);
});

test("on a page of 320 pixels, with four bins to a point, a band reaches up to the highest bin, far above the mean (point 21)", async () => {
  if (served === undefined) return;
  const narrow = await served.open("#/run/scale-out-cascade?evidence=main-db%20Threads_connected", {
    viewport: { width: 320, height: 720 },
  });
  const proof = narrow.locator('[data-chart="evidence"]');
  await proof.locator(".u-over").waitFor();
  await narrow.locator(".scrubber .quiet").waitFor({ state: "detached" });
  await narrow.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const { band, line, expected } = await proof.evaluate((chart) => {
    const canvas = chart.querySelector("canvas")!;
    const over = chart.querySelector<HTMLElement>(".u-over")!;
    const { data, width } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    const ratio = canvas.width / canvas.clientWidth;
    const highest = (opacity: number) => {
      const isIt = (at: number) => data[at + 3]! > opacity && data[at + 2]! > data[at]! + 80;
      const pixels = Array.from({ length: data.length / 4 }, (_, pixel) => pixel);
      return Math.floor(pixels.find((pixel) => isIt(pixel * 4))! / width) / ratio;
    };
    // The axis ends 8 % above the highest bin.
    return { band: highest(40), line: highest(200), expected: over.offsetTop + over.clientHeight * (1 - 1 / 1.08) };
  });
  expect(Math.abs(band - expected)).toBeLessThanOrEqual(2);
  expect(line - band).toBeGreaterThan(5);
  await narrow.context().close();
});
