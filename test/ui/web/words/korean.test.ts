import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { Run } from "../../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../../scenarios/experiment/summary.ts";
import { GLOSSARY } from "../../../../ui/web/words/glossary.ts";
import { type ServedPage, servedPage } from "../served-page.ts";
import { foreignWords } from "./latin-words.ts";

let served: ServedPage | undefined;
beforeAll(async () => {
  served = await servedPage();
});
afterAll(() => served?.close());

/** What the page shows or says to screen readers, but for what is marked as English, code, or written by somebody. */
async function spokenOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all: string[] = [];
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest('[lang="en"], code, pre, script, style') !== null || !element.checkVisibility()) continue;
      for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"]) {
        all.push(element.getAttribute(name) ?? "");
      }
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) all.push(node.textContent ?? "");
    }
    return all.map((text) => text.trim()).filter((text) => text !== "");
  });
}

/** Each foreign word with the text that it stands in. */
function foreignOn(texts: readonly string[], names: ReadonlySet<string>): string[] {
  const found = texts.flatMap((text) => {
    const foreign = foreignWords(text, names);
    return foreign.length === 0 ? [] : [`${foreign.join(" ")} | ${text.slice(0, 80)}`];
  });
  return [...new Set(found)];
}

const FIVE = ["scale-out-cascade", "read-write-split", "two-cores", "keepalived-failover", "fan-out"];

/** What stories speak of: components, zones and the hosts behind ProxySQL. */
function componentsIn(name: string): string[] {
  const { components, zones = [] } = parse(readFileSync(`scenarios/${name}.yaml`, "utf8"));
  return [...Object.keys(components), ...zones];
}

/** Names in a scenario: of components, metrics, nodes, zones, classes and variants. */
function namesIn(file: string): Set<string> {
  const text = readFileSync(file, "utf8");
  const run = new Run(loadInput({ file, text, attachments: new Map() }, { overrides: [] }).scenario!);
  run.advance(1000);
  const { header } = recordingOfRun(run, summarize(run, { overrides: [], inputHash: "", cpuSeconds: null }));
  const metrics = [...header.gauges, ...header.counters];
  const { name, components, nodes = [], zones = [], variants = {} } = parse(text);
  const groups = nodes.flatMap(({ group, zone }: { group: string; zone: string }) => [group, `${group}-${zone}`]);
  const named = (Object.values(components) as { classes?: { name: string }[] }[]).flatMap(({ classes = [] }) =>
    classes.map((each) => each.name),
  );
  const metricNames = metrics.flatMap((metric) => metric.name.split(" "));
  return new Set([
    name,
    ...metricNames,
    ...Object.keys(components),
    ...groups,
    ...zones,
    ...named,
    ...Object.keys(variants),
  ]);
}

/** What does not fit where it stands: text that is cut off, and whatever makes the page wider than the window. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const cut = [...document.body.querySelectorAll<HTMLElement>("*")].filter((element) => {
      if (element.closest(".unseen, svg, canvas, select, input, textarea") !== null) return false;
      if (!element.checkVisibility() || element.textContent === "") return false;
      const style = getComputedStyle(element);
      if (style.display === "inline" || ["auto", "scroll"].includes(style.overflowX)) return false;
      const mayNot = element.tagName === "BUTTON" || ["hidden", "clip"].includes(style.overflowX);
      return mayNot && element.scrollWidth > element.clientWidth + 1;
    });
    return [
      ...(wide > 1 ? [`the page is ${wide} px too wide`] : []),
      ...cut.map(({ tagName, className, textContent }) => `${tagName}.${className}: ${textContent?.slice(0, 60)}`),
    ];
  });
}

async function unfold(page: Page): Promise<void> {
  await page.locator("details").evaluateAll((all) => {
    for (const each of all) (each as HTMLDetailsElement).open = true;
  });
}

test("in Korean the library says nothing in English that is not marked as English, and nothing is cut off (point 46)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/", { locale: "ko-KR" });
  await page.getByText("스케일 아웃이 부분 장애를 완전 장애로 만든다").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("ko");
  await unfold(page);
  const shown = await page.locator("main p.quiet, main details a").allInnerTexts();
  const names = new Set([...shown, ...FIVE.flatMap((file) => componentsIn(file))]);
  expect(foreignOn(await spokenOn(page), names)).toEqual([]);
  for (const width of [1280, 720]) {
    await page.setViewportSize({ width, height: 720 });
    expect([width, ...(await cutOff(page))]).toEqual([width]);
  }
});

test("in Korean a replay says nothing in English but names, settings and checks as they are written (point 46)", async () => {
  if (served === undefined) return;
  const page = await served.open("#/run/scale-out-cascade", { locale: "ko-KR" });
  await page.locator(".many-runs").waitFor({ timeout: 60_000 });
  await unfold(page);
  const names = namesIn("scenarios/scale-out-cascade.yaml");
  const checks = await page.locator(".check code").allInnerTexts();
  const told = (await spokenOn(page)).map((text) => checks.reduce((rest, check) => rest.replace(check, ""), text));
  expect(foreignOn(told, names)).toEqual([]);
  expect(await page.locator("main").innerText()).toContain("noti-db: 연결 한도 도달, 59개 중 59개");
  for (const width of [1280, 720]) {
    await page.setViewportSize({ width, height: 720 });
    expect([width, ...(await cutOff(page))]).toEqual([width]);
  }
});

test("with every string 40 % longer nothing is cut off and the page gets no wider (point 46)", async () => {
  if (served === undefined) return;
  const page = await served.open("?pseudo#/run/offered-and-achieved");
  await page.locator(".many-runs").waitFor();
  expect(await page.locator(".verdict").innerText()).toContain("~~");
  await unfold(page);
  for (const width of [1280, 720]) {
    await page.setViewportSize({ width, height: 720 });
    expect([width, ...(await cutOff(page))]).toEqual([width]);
  }
});

test("a term is explained once, in both languages (point 46)", () => {
  const terms = GLOSSARY.map(({ term }) => term);
  expect(new Set(terms).size).toBe(terms.length);
  for (const { en, ko } of GLOSSARY) expect([en, ko].every((text) => text !== "") && /[가-힣]/.test(ko)).toBe(true);
});
