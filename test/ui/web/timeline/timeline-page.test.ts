import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedPage, servedPage } from "../served-page.ts";

/** A run of 420 s with a handful of events, and the cascade of 900 s with many. */
const SMALL = "#/run/retry-server";
const CASCADE = "#/run/scale-out-cascade";

let served: ServedPage | undefined;
let page: Page | undefined;
beforeAll(async () => {
  served = await servedPage();
  page = await opened(CASCADE);
}, 60_000);
afterAll(() => served?.close());

async function opened(hash: string, options = {}): Promise<Page | undefined> {
  const found = await served?.open(hash, options);
  found?.setDefaultTimeout(10_000);
  await found?.locator("[data-digest] .charts .u-over").first().waitFor();
  await found?.locator(".scrubber .quiet").waitFor({ state: "detached" });
  return found;
}

const scrubber = (of: Page) => of.getByRole("slider", { name: "Time" });
const aloud = (of: Page) => scrubber(of).getAttribute("aria-valuetext");
const viewOf = (of: Page) => of.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.split("?")[1])));

test("nothing plays by itself, and the time bar tells the moment and how the system fares", async () => {
  if (page === undefined) return;
  expect(await aloud(page)).toBe("0 min 0 s, safe");
  await scrubber(page).focus();
  await page.keyboard.press("ArrowRight");
  expect(await aloud(page)).toBe("0 min 1 s, safe");
  await page.keyboard.press("Shift+ArrowRight");
  expect(await aloud(page)).toBe("0 min 11 s, safe");
  await page.keyboard.press("PageUp");
  expect(await aloud(page)).toBe("0 min 56 s, safe");
  await page.keyboard.press("End");
  expect(await aloud(page)).toBe("15 min 0 s, cascade");
  await page.keyboard.press("Home");
  expect(await aloud(page)).toBe("0 min 0 s, safe");
});

test("next visits every event of the run once, in order, and previous all of them back (point 18)", async () => {
  if (served === undefined) return;
  const small = (await opened(SMALL))!;
  await small.getByText("Which events").click();
  const events = (await small.locator(".event-choice li").allInnerTexts()).map((text) =>
    Number(/\((\d+)\)/.exec(text)![1]),
  );
  const count = events.reduce((all, each) => all + each, 0);
  const walk = async (button: string) => {
    const visited: string[] = [];
    for (let last = ""; ; ) {
      await small.getByRole("button", { name: button, exact: true }).click();
      const told = await small.locator(".told").innerText();
      if (told === last) return visited;
      visited.push(told);
      last = told;
    }
  };
  const forth = await walk("Next event");
  expect(forth).toHaveLength(count);
  expect(new Set(forth).size).toBe(count);
  expect(await walk("Previous event")).toEqual(forth.slice(0, -1).reverse());
  await small.context().close();
});

test("single keys play, go from event to event and change the speed, and can be switched off", async () => {
  if (page === undefined) return;
  await page.locator("h1").click();
  await page.keyboard.press("]");
  expect(await page.locator(".told").innerText()).toContain("load-test begins");
  await page.keyboard.press("+");
  expect(await page.getByLabel("Speed").inputValue()).toBe("60");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.keyboard.press("Space");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  expect(await help.innerText()).toContain("Next event");
  await help.getByLabel("Shortcuts of a single key").uncheck();
  await page.keyboard.press("Escape");
  await page.locator("h1").click();
  const before = await aloud(page);
  await page.keyboard.press("]");
  expect(await aloud(page)).toBe(before);
  await page.keyboard.press("Alt+ArrowRight");
  expect(await aloud(page)).not.toBe(before);
});

test("the hash has the moment, the speed and the zoom, and a link with them leads back to the same sight", async () => {
  if (page === undefined) return;
  await page.getByLabel("Zoom from (s)").fill("420");
  await page.getByLabel("Zoom from (s)").blur();
  await page.getByLabel("until (s)").fill("600");
  await page.getByLabel("until (s)").blur();
  await page.getByLabel("Speed").selectOption("5");
  await scrubber(page).fill("520000000");
  await page.waitForFunction(() => location.hash.includes("t=520"));
  expect(await viewOf(page)).toMatchObject({ t: "520", speed: "5", zoom: "420-600" });
  const link = (await opened(await page.evaluate(() => location.hash)))!;
  expect(await aloud(link)).toBe("8 min 40 s, degraded");
  expect(await link.getByLabel("Speed").inputValue()).toBe("5");
  expect(await link.locator(".overview input").first().inputValue()).toBe("420");
  await link.context().close();
});

test("while a run is computed the moment waits where there is something to see, and then goes to where the link led", async () => {
  if (served === undefined) return;
  const early = await served.open(`${CASCADE}?t=880`);
  await early.locator(".scrubber").waitFor();
  const beyond = await early.evaluate(async () => {
    const bar = document.querySelector<HTMLInputElement>("input[type=range]")!;
    const computed = document.querySelector<HTMLProgressElement>(".buffered")!;
    let most = 0;
    while (computed.value < 1) {
      most = Math.max(most, bar.valueAsNumber - computed.value * Number(bar.max) - Number(bar.step));
      await new Promise(requestAnimationFrame);
    }
    return most;
  });
  expect(beyond).toBe(0);
  await early.waitForFunction(
    () => document.querySelector<HTMLInputElement>("input[type=range]")!.value === "880000000",
  );
  await early.context().close();
});

test("in a loop the part that is zoomed to is played over and over", async () => {
  if (page === undefined) return;
  await page.getByLabel("until (s)").fill("425");
  await page.getByLabel("until (s)").blur();
  await page.getByLabel("Speed").selectOption("20");
  await page.getByLabel("loop").check();
  await scrubber(page).fill("420000000");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const seen = await page.evaluate(async () => {
    const bar = document.querySelector<HTMLInputElement>("input[type=range]")!;
    const moments: number[] = [];
    for (const start = performance.now(); performance.now() - start < 1000; await new Promise(requestAnimationFrame)) {
      moments.push(bar.valueAsNumber / 1e6);
    }
    return moments;
  });
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(420);
  expect(Math.max(...seen)).toBeLessThanOrEqual(425);
  expect(seen.some((moment, at) => moment < (seen[at - 1] ?? 0))).toBe(true);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("loop").uncheck();
  await page.getByRole("button", { name: "Whole run" }).click();
});

test("dragging the time bar holds the clock and lets it go on afterwards", async () => {
  if (page === undefined) return;
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const box = (await scrubber(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
  await page.mouse.down();
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 4 });
  expect(await aloud(page)).toMatch(/^(5 min 5|6 min 0)/);
  await page.mouse.up();
  await page.getByRole("button", { name: "Pause" }).click();
});

test("a moment looks the same whichever way somebody came to it (point 9)", async () => {
  if (page === undefined) return;
  await page.getByText("Numbers at").click();
  const seen = async (seconds: readonly number[]) => {
    const told: string[] = [];
    for (const second of seconds) {
      await scrubber(page!).fill(String(second * 1e6));
      const clock = `${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}`;
      await page!.getByText(`Numbers at ${clock}`).waitFor();
      told.push((await page!.locator(".numbers").innerText()) + (await aloud(page!)));
    }
    return told;
  };
  const seconds = Array.from({ length: 20 }, (_, at) => at * 44);
  const forth = await seen(seconds);
  expect(new Set(forth).size).toBe(20);
  expect((await seen([...seconds].reverse())).reverse()).toEqual(forth);
  await page.getByText("Numbers at").click();
});

test("pointing at a flag tells what it stands for, with the mouse and with the keyboard", async () => {
  if (page === undefined) return;
  const flag = page.locator(".flags button").last();
  const [clock] = (await flag.getAttribute("aria-label"))!.split(" ");
  await flag.hover();
  expect(await page.locator(".pointed").innerText()).toMatch(new RegExp(`^${clock} `));
  await page.mouse.move(0, 0);
  expect(await page.locator(".pointed").count()).toBe(0);
  await flag.focus();
  expect(await page.locator(".pointed").innerText()).toMatch(new RegExp(`^${clock} `));
  await flag.blur();
});

test("every flag can be hit: 24 pixels at least, and none over another (point 45)", async () => {
  if (page === undefined) return;
  const boxes = await page
    .locator(".flags button")
    .evaluateAll((flags) => flags.map((flag) => flag.getBoundingClientRect().toJSON()));
  expect(boxes.length).toBeGreaterThan(3);
  for (const { width, height } of boxes) expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  const sides = [...boxes].sort((a, b) => a.left - b.left);
  for (let at = 1; at < sides.length; at++) expect(sides[at].left).toBeGreaterThanOrEqual(sides[at - 1].right);
});

test("with reduced motion Play goes on in steps of a second of watching (point 42)", async () => {
  if (served === undefined) return;
  const calm = (await opened(`${SMALL}?speed=1`, { reducedMotion: "reduce" }))!;
  await calm.getByRole("button", { name: "Play", exact: true }).click();
  const seen = await calm.evaluate(async () => {
    const bar = document.querySelector<HTMLInputElement>("input[type=range]")!;
    const moments = new Set<string>();
    const start = performance.now();
    while (performance.now() - start < 2500) {
      moments.add(bar.getAttribute("aria-valuetext")!);
      await new Promise(requestAnimationFrame);
    }
    return moments.size;
  });
  expect(seen).toBeLessThanOrEqual(4);
  expect(served.errors).toEqual([]);
  await calm.context().close();
});
