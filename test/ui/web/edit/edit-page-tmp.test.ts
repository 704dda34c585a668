import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { Replicator } from "../../../../scenarios/study/replicator.ts";
import { type ServedPage, servedPage } from "../served-page.ts";

const FILE = "scale-out-cascade.yaml";
const CASCADE = readFileSync(`scenarios/${FILE}`, "utf8");

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage('/tmp/tmp.jja4CrsEYx/web');
});
afterAll(() => served?.close());

test("a wrong value is marked where it stands, in the words of the command line, and can be undone (point 35)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/edit/scale-out-cascade");
  const text = CASCADE.replace("workers: 64", "workers: many");
  await write(page, text);
  const { problems } = loadInput({ file: FILE, text, attachments: new Map() }, { overrides: [] });
  const wrong = problems.find(({ severity }) => severity === "error")!;
  const listed = page
    .locator(".problems li")
    .filter({ hasText: `line ${wrong.line}` })
    .first();
  await listed.waitFor();
  expect(await listed.innerText()).toContain(`${wrong.path}: ${wrong.wrong}; expected ${wrong.right}`);
  await listed.getByRole("button").click();
  expect(await page.locator(".cm-lintRange-error").first().innerText()).toBe("many");
  await page.keyboard.press("Control+z");
  await page.getByText("No problems").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await page.locator(".cm-content:focus").count()).toBe(0);
  expect(served.errors).toEqual([]);
});

test("somebody turns a number, then lets the probe ask the proxy itself, runs that, and sees it survive (point 36)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/edit/scale-out-cascade");
  await page.getByLabel("Find a number").fill("noti-db.max");
  const field = page.getByLabel("noti-db.max_connections", { exact: true });
  await field.fill("80");
  await field.press("Enter");
  await kept(page, CASCADE.replace("max_connections: 59", "max_connections: 80"));
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+z");
  await kept(page, null);
  const probed = CASCADE.replace("asks: noti-db", "asks: self");
  await write(page, probed);
  await kept(page, probed);
  const comparison = await page.getByRole("link", { name: "Compare with the original" }).getAttribute("href");
  expect(decodeURIComponent(comparison ?? "")).toContain("setb=proxysql.readinessProbe.exec.asks=self");
  await page.locator(".cm-content").press("Control+Enter");
  await page.waitForURL(/#\/run\/@edited|#\/run\/%40edited/);
  const { outcome } = new Replicator({ file: FILE, text: probed, attachments: new Map() }).do({
    overrides: [],
    replication: 0,
  });
  await page.locator(`[data-digest="${outcome.digest}"] .outcome[data-outage="none"]`).waitFor();
  await page.reload();
  await page.locator("article.replay").waitFor();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByText("What you wrote earlier was restored").waitFor();
  expect(served.errors).toEqual([]);
  expect(served.elsewhere).toEqual([]);
});

/** Pastes a text in the place of all that is in the editor. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.locator(".cm-content").evaluate((editor, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Waits until the browser keeps this text of the cascade; null: none. */
async function kept(page: Page, text: string | null): Promise<void> {
  await page.waitForFunction(([key, wanted]) => localStorage.getItem(key!) === wanted, [
    `brownout.draft.${FILE}`,
    text,
  ] as const);
}
