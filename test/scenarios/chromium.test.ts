import { chromium } from "playwright";
import { expect, test } from "vitest";
import { findBrowser } from "../../scripts/browser.mjs";
import { SECOND } from "../../sim/time.ts";
import { bundled } from "./bundle.ts";
import { CASES } from "./every-scenario.ts";
import { type Digests, type Job, jobOf, replay } from "./replay.ts";

/** How far variants are run, which differ from their scenario in figures only. */
const BRIEF = 20 * SECOND;

/** What the script of the page defines. */
declare const brownout: { readonly replay: typeof replay };

test("Chromium comes to the same as Node, bit by bit", async () => {
  const browser = await findBrowser().catch((error: Error) => error);
  if (browser instanceof Error) {
    console.warn(`Not compared: whether a browser comes to the same as Node. ${browser.message}`);
    return;
  }
  const jobs = CASES.map(([, one]) => jobOf(one, one.variant === undefined ? one.until : Math.min(one.until, BRIEF)));
  const digests = await inPage(browser, await bundled(), jobs);
  expect(digests).toEqual(jobs.map(replay));
});

async function inPage(
  browser: Awaited<ReturnType<typeof findBrowser>>,
  script: string,
  jobs: readonly Job[],
): Promise<Digests[]> {
  const running = await chromium.launch(browser);
  try {
    const page = await running.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate((given) => given.map(brownout.replay), jobs);
  } finally {
    await running.close();
  }
}
