import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CALM, Folder } from "../cli/brownout.ts";
import { BUILT, type ServedPage, servedPage } from "./served-page.ts";

const folder = new Folder({ "calm.yaml": CALM });
let served: ServedPage | undefined;
let digest = "";

beforeAll(async () => {
  served = await servedPage();
  const ended = await folder.brownout([
    "run",
    "calm.yaml",
    "--json",
    "calm.json",
    "--record",
    "calm.run.gz",
    "--report",
    "calm.html",
  ]);
  expect(ended.code).toBe(0);
  digest = JSON.parse(readFileSync(folder.at("calm.json"), "utf8")).digest;
});
afterAll(() => served?.close());

const shown = (page: Page) => page.locator(`[data-digest="${digest}"]`).waitFor();
const give = (page: Page, name: string, buffer: Buffer | string) =>
  page.locator('input[type="file"]').setInputFiles({ name, mimeType: "", buffer: Buffer.from(buffer) });

test("a report opens from disk without a network on its run, and computes the same run again (point 6)", async () => {
  if (served === undefined) return;
  const page = await served.visit(pathToFileURL(folder.at("calm.html")).href);
  await shown(page);
  await page.getByRole("link", { name: "Compute this run again" }).click();
  await page.waitForURL(/again/);
  await shown(page);
  expect([served.errors, served.elsewhere]).toEqual([[], []]);
});

test("the page itself opens from disk, too, and runs what is in its library (point 6)", async () => {
  if (served === undefined) return;
  const page = await served.visit(pathToFileURL(join(BUILT, "index.html")).href);
  await page.waitForURL(/offline\.html$/);
  await page.goto(`${page.url()}#/run/pool-overflow`);
  await page.locator("[data-digest]").waitFor();
  expect(served.elsewhere).toEqual([]);
  // Of index.html's own module a browser says that it loads none from disk.
  expect(served.errors.splice(0).filter((error) => !/CORS|ERR_FAILED/.test(error))).toEqual([]);
});

test("a recording that is dropped on the page is played, and its verdict is told (point 3)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  const bytes = [...readFileSync(folder.at("calm.run.gz"))];
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(all)], "calm.run.gz"));
    dispatchEvent(new DragEvent("drop", { dataTransfer }));
  }, bytes);
  await shown(page);
  await page.getByText("no outage").first().waitFor();
  expect(served.errors).toEqual([]);
});

test("a scenario may be pasted, a study leads to the page of studies, and a result to the run that it is of", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, CALM);
  await shown(page);
  const which = { scenario: "fan-out-spike", variant: null, overrides: [], seed: "5" };
  const study = { format: "brownout-study/1", ...which, study: "sweep", inputHash: "", complete: true, answer: {} };
  await give(page, "sweep.json", JSON.stringify(study));
  await page.waitForURL(/#\/sweep\/%40file$/);
  await give(page, "run.json", JSON.stringify({ format: "brownout-result/1", ...which, replication: 2 }));
  await page.waitForURL(/#\/run\/fan-out-spike\?seed=5&replication=2$/);
  await give(
    page,
    "other.json",
    JSON.stringify({ format: "brownout-result/1", ...which, scenario: "x", replication: 2 }),
  );
  await page.getByText("which is not in the library").waitFor();
});

test("a link to a scenario of one's own shows others the same run; a damaged one says so (point 37)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await give(page, "calm.yaml", CALM);
  await shown(page);
  await page.getByRole("button", { name: "Share" }).click();
  const field = page.getByRole("textbox", { name: "Link" });
  await expect.poll(() => field.inputValue()).toMatch(/#\/run\/%40link\?.*s=1/);
  const link = await field.inputValue();
  expect(link.length).toBeLessThan(1500);
  await page.getByText(`${link.length} characters`).waitFor();
  const other = await served.visit(link);
  await shown(other);
  await other.reload();
  await shown(other);
  const broken = await served.visit(link.slice(0, -40));
  await broken.getByRole("alert").getByText("This link is not whole").waitFor();
  expect(served.errors).toEqual([]);
});

test("hostile files are refused or shown as mere text, nothing in them runs, and the page stays usable (point 38)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  const gigabyte = Buffer.alloc(1_000_000_000, "a");
  const anchors = Array.from(
    { length: 9 },
    (_, at) => `a${at + 1}: &a${at + 1} [${"*a@,".repeat(9).replaceAll("@", String(at))}]`,
  );
  const hostile: readonly [string, Buffer | string, RegExp][] = [
    ["gigabyte.run.gz", gzipSync(gigabyte, { level: 1 }), /too large/],
    [
      "bytes.run.gz",
      Buffer.from(Array.from({ length: 9999 }, (_, at) => (at * 7919) % 256)),
      /nothing that Brownout knows/,
    ],
    ["later.json", '{"format":"brownout-study/9"}', /another version/],
    ["deep.json", "[".repeat(500_000), /damaged/],
    ["bomb.yaml", ["a0: &a0 [x]", ...anchors, CALM].join("\n"), /multiply into too many/],
    ["deep.yaml", `name: ${"[".repeat(50_000)}`, /cannot run/],
    ["huge.yaml", CALM.replace("count: 2", "count: 1e300"), /cannot run/],
  ];
  for (const [name, content, answer] of hostile) {
    await give(page, name, content);
    await page.getByRole("alert").getByText(answer).first().waitFor({ timeout: 10_000 });
  }
  const script = "<img src=x onerror=window.ran=1><script>window.ran=1</script>";
  await give(page, `${script}.yaml`, CALM.replace("A database that has time", `'${script}'`));
  await page.getByRole("heading", { name: script }).waitFor();
  expect(await page.evaluate("window.ran")).toBeUndefined();
  await give(page, "calm.yaml", CALM);
  await shown(page);
  expect([served.errors, served.elsewhere]).toEqual([[], []]);
});

test("from a replay come numbers that parse, a chart with a title, a picture twice as large, and a report (point 34)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await give(page, "calm.yaml", CALM);
  await shown(page);
  await page.getByRole("button", { name: "Export" }).click();
  const save = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
  };
  await page.getByLabel("Series").selectOption("Offered and served");
  const csv = await save("Numbers (CSV)");
  const rows = csv.content
    .toString()
    .trim()
    .split("\r\n")
    .map((row) => row.split(","));
  expect(rows[0]).toEqual(["seconds", "offered (/s)", "served (/s)"]);
  expect(rows).toHaveLength(31);
  expect(rows.every((row) => row.length === 3)).toBe(true);
  const svg = (await save("Chart (SVG)")).content.toString();
  const title = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return parsed.querySelector("parsererror")?.textContent ?? parsed.querySelector("svg > title")?.textContent;
  }, svg);
  expect(title).toBe("calm-7-0 Offered and served");
  const png = (await save("Chart (PNG)")).content;
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(["PNG", 1920, 840]);
  expect((await save("Scenario (YAML)")).content.toString()).toBe(CALM);
  const again = new Folder({ "page.html": (await save("Report (HTML)")).content });
  await shown(await served.visit(pathToFileURL(again.at("page.html")).href));
  await give(page, "again.run.gz", (await save("Recording (.run.gz)")).content);
  await shown(page);
  expect([served.errors, served.elsewhere]).toEqual([[], []]);
});

test("the moving picture is a film where the browser makes films, and is said not to be one where it does not (point 34)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await give(page, "calm.yaml", CALM.replace("30s", "4s"));
  await page.locator("[data-digest]").waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const button = page.getByRole("button", { name: "Animation (WebM)" });
  if (!(await page.evaluate(() => "MediaRecorder" in window && MediaRecorder.isTypeSupported("video/webm")))) {
    await page.getByText("This browser cannot record an animation.").waitFor();
    return;
  }
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const film = readFileSync(await download.path());
  expect(film.subarray(0, 4).toString("hex")).toBe("1a45dfa3");
  expect(film.length).toBeGreaterThan(5000);
});

test("what shows the library is at most 120 kB of code and style, packed (point 1)", async () => {
  if (served === undefined) return;
  const page = await served.open("");
  await page.getByRole("link", { name: "Scaling out turns a partial outage into a complete one" }).waitFor();
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
  );
  const packed = loaded
    .filter((path) => path.startsWith("/assets/"))
    .map((path) => gzipSync(readFileSync(join(BUILT, path))).length);
  expect(packed.length).toBeGreaterThan(1);
  expect(packed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(120_000);
});

test("no script that is not the page's own runs, and nothing is fetched from elsewhere, even by the page itself", async () => {
  if (served === undefined) return;
  for (const at of ["host", "disk"]) {
    const page = at === "host" ? await served.open("") : await served.visit(pathToFileURL(folder.at("calm.html")).href);
    const refused = await page.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => directives.push(event.effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "window.ran = 1";
      document.body.append(script);
      await fetch("https://example.com/").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { directives, ran: "ran" in window };
    });
    expect(refused, at).toEqual({ directives: ["script-src-elem", "connect-src"], ran: false });
  }
});
