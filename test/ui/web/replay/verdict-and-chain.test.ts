import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { jobsFor } from "../../../../scenarios/study/job.ts";
import { tableOf } from "../../../../scenarios/study/outcome-table.ts";
import { Replicator } from "../../../../scenarios/study/replicator.ts";
import { type ServedPage, servedPage } from "../served-page.ts";

const CASCADE = inputOf("scenarios/scale-out-cascade.yaml");

let served: ServedPage | undefined;
let page: Page | undefined;
beforeAll(async () => {
  served = await servedPage();
  page = await served?.open("#/run/scale-out-cascade");
  await page?.getByText("09:15 until the end").waitFor();
});
afterAll(() => served?.close());

/** The instant that the page shows, in seconds, and what is selected. */
async function shown() {
  const time = await page!.getByRole("slider", { name: "Time" }).first().inputValue();
  const query = new URLSearchParams((await page!.evaluate(() => location.hash)).split("?")[1]);
  return { seconds: Number(time) / 1e6, sel: query.get("sel"), evidence: query.get("evidence") };
}

test("the verdict leads with the outage and the failed checks, each in words and with when it first broke (point 4)", async () => {
  if (page === undefined) return;
  expect((await page.locator(".verdict .outcome").innerText()).toLowerCase()).toContain("complete outage");
  expect(await page.locator(".verdict .tally").innerText()).toContain("5 of 5 checks fail");
  const { result } = new Replicator(CASCADE).do({ overrides: [], replication: 0 });
  const rows = await page.locator(".verdict .check").evaluateAll((all) =>
    all.map((row) => ({
      check: row.querySelector("code")!.textContent,
      broken: row.getAttribute("data-broken"),
      text: row.textContent ?? "",
    })),
  );
  expect(rows.map(({ check, broken }) => [check, broken])).toEqual(
    result.checks.map(({ check, firstBroken }) => [check, firstBroken === null ? null : String(firstBroken)]),
  );
  expect(rows[0]!.text).toContain("measured: complete outage");
  expect(rows[4]!.text).toContain("measured: 282,268 packets");
});

test("checks that hold come after those that fail, whatever their order in the file (point 4)", async () => {
  if (served === undefined) return;
  const other = await served.open("#/run/offered-and-achieved");
  await other.locator(".many-runs").waitFor();
  const holds = await other.locator(".check").evaluateAll((all) => all.map((row) => row.getAttribute("data-holds")));
  expect(holds).toEqual(["false", "false", "true"]);
  await other.context().close();
});

test("Jump goes to the bin in which a check first broke and selects what it is about (point 5)", async () => {
  if (page === undefined) return;
  await page.getByRole("button", { name: "Jump to 07:18: ready(proxysql) >= 50% of running" }).click();
  expect(await shown()).toEqual({ seconds: 438, sel: "proxysql", evidence: "proxysql ready" });
  await page.getByRole("button", { name: "Jump to 09:15: outage(load-test) < complete" }).click();
  expect(await shown()).toMatchObject({ seconds: 555, sel: "load-test" });
});

test("the chain of the cascade: from the load by the full database and the scale-out to the outage, one loop (point 22)", async () => {
  if (page === undefined) return;
  const steps = page.locator(".steps .step");
  expect(await steps.evaluateAll((all) => all.map((step) => step.getAttribute("data-fact")))).toEqual([
    "load-changes",
    "connection-limit-reached",
    "readiness-probe-fails",
    "scaled",
    "scaled",
    "new-pods-not-ready",
    "few-endpoints-take-all",
    "bandwidth-saturated",
    "pod-unready",
    "no-ready-endpoints",
    "outage-complete",
  ]);
  expect(await steps.first().getAttribute("data-sort")).toBe("action");
  expect(
    await page.locator(".steps .loop").evaluateAll((all) => all.map((row) => row.getAttribute("data-times"))),
  ).toEqual(["1"]);
  expect(await page.locator(".contributing li").count()).toBe(6);
  expect(await page.locator(".failures").innerText()).toContain("61,493");
});

test("a row of the chain goes to its instant, selects its component and the series that shows it (point 23)", async () => {
  if (page === undefined) return;
  const full = page.locator('.step[data-fact="connection-limit-reached"]');
  await full.getByRole("button").click();
  expect(await shown()).toEqual({ seconds: 407, sel: "noti-db", evidence: "noti-db Threads_connected" });
  expect(await full.getAttribute("aria-current")).toBe("step");
  expect(await page.locator('[data-chart="evidence"]').innerText()).toContain("noti-db Threads_connected");
  await page.locator('.step[data-fact="pod-unready"]').getByRole("button").click();
  expect(await shown()).toMatchObject({ sel: "proxysql-2", evidence: "proxysql ready" });
});

test("each try differs in one variant or one path, keeps seed and replication, and is a valid scenario (point 24)", async () => {
  if (page === undefined) return;
  const links = await page.locator(".tries a").evaluateAll((all) => all.map((link) => link.getAttribute("href")!));
  expect(links[0]).toBe("#/compare/scale-out-cascade?setb=noti-db.max_connections%3D118");
  expect(links).toContain("#/compare/scale-out-cascade?b=independent-probe");
  for (const link of links) {
    const query = new URLSearchParams(link.split("?")[1]);
    expect([...query.keys()]).toHaveLength(1);
    const overrides = query.has("setb") ? [query.get("setb")!] : [];
    expect(loadInput(CASCADE, { variant: query.get("b") ?? undefined, overrides }, true).problems).toEqual([]);
  }
});

test("other replications are counted with their interval, and the worst of them can be looked at", async () => {
  if (served === undefined) return;
  const outcomes = jobsFor([{ overrides: [] }], undefined, 3).map(
    (job) => new Replicator(inputOf("scenarios/defences/lasting-overload.yaml")).do(job).outcome,
  );
  const { representative } = tableOf(outcomes);
  const other = await served.open("#/run/lasting-overload?runs=3");
  const panel = other.locator(".many-runs");
  await panel.getByText("3 of 3 runs are done").waitFor();
  expect(await panel.innerText()).toContain("3 of 3 runs have a complete outage (Wilson 44–100 %)");
  expect(await panel.locator(".fan polyline").count()).toBe(3);
  const worst = representative!.lowest.replication;
  await panel.getByRole("link", { name: /^Worst run/ }).click();
  await other.locator(`[data-digest="${outcomes[worst]!.digest}"]`).waitFor();
  await panel.getByText("the worst of 3").waitFor();
  await other.context().close();
});

test("runs under way can be cancelled, and no more is claimed than was done", async () => {
  if (served === undefined) return;
  const other = await served.open("#/run/lasting-overload");
  const panel = other.locator(".many-runs");
  await panel.getByLabel("Replications").fill("500");
  await panel.getByRole("button", { name: "Run 500 replications" }).click();
  await panel.getByText(/^[2-9]\d* of 500 runs are done/).waitFor();
  await panel.getByRole("button", { name: "Cancel" }).click();
  const done = /(\d+) of 500 runs are done/.exec(await panel.innerText())![1];
  expect(await panel.innerText()).toContain(`${done} of ${done} runs have a complete outage`);
  expect(await panel.getByRole("button", { name: "Cancel" }).count()).toBe(0);
  expect(served.errors).toEqual([]);
});

function inputOf(file: string) {
  return { file, text: readFileSync(file, "utf8"), attachments: new Map() };
}
