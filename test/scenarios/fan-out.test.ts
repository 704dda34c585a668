import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { readingsOf } from "../../scenarios/experiment/measurements.ts";
import { outcomeOf } from "../../scenarios/experiment/outcome.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { reportedRows } from "../../scenarios/study/reported-table.ts";
import { SECOND } from "../../sim/time.ts";

function textOf(file: string): string {
  return readFileSync(new URL(`../../scenarios/${file}`, import.meta.url), "utf8");
}

/** Reported figures that are simulated wrong, and how many there are in all. */
function judge(file: string, variant: string | undefined, replications: number, overrides: string[] = []) {
  const input = { file, text: textOf(file), attachments: new Map<string, string | null>() };
  const { scenario, problems } = loadInput(input, { variant, overrides });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const outcomes = Array.from({ length: replications }, (_, replication) => {
    const result = summarize(run(scenario, { replication }), { overrides: [], inputHash: "", cpuSeconds: 0 });
    return outcomeOf(result, scenario, []);
  });
  const rows = reportedRows(scenario.reported, outcomes);
  const wrong = rows.filter(({ isRight }) => !isRight);
  return {
    count: rows.length,
    wrong: wrong.map(({ figure, simulated }) => `${figure.measure.text}: ${simulated.value}`),
  };
}

test.each([
  [undefined, 6, 3],
  ["run-1", 6, 16],
  ["run-3", 6, 3],
  ["run-4", 7, 3],
  ["nested", 2, 2],
])("what k6 reported of the four runs of case 004 comes out (%s)", (variant, count, replications) => {
  expect(judge("fan-out.yaml", variant, replications)).toEqual({ count, wrong: [] });
});

test("between runs 2 and 3 only that differs which the author changed", () => {
  const { variants } = parse(textOf("fan-out.yaml"));
  expect(variants["run-3"].set).toEqual({ "db.max_connections": 1000, "db.innodb_flush_log_at_trx_commit": 2 });
});

test("a database that is not slowed down by a crowd explains run 2, and not run 3 by the same figures", () => {
  const calm = ["db.contention.sigma=0", "k6.classes.post.steps.0.work=exponential mean 247us"];
  expect(judge("fan-out.yaml", undefined, 2, calm).wrong).toEqual([]);
  expect(judge("fan-out.yaml", "run-3", 2, calm).wrong.length).toBeGreaterThan(3);
});

test.each([undefined, "us-300", "us-500", "forty-processes"])(
  "the queue of tasks that run 4 leaves behind grows and drains as derived (%s)",
  (variant) => {
    const { count, wrong } = judge("task-backlog.yaml", variant, 1);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(0);
  },
);

/** What a run reports of its load, as k6 does: requests that went well per second of the whole run. */
function goodPerSecond(variant: string | undefined): number {
  const whole = runOf(variant);
  const { sim } = whole.world;
  const count = (name: string) =>
    sim.record.counts[sim.record.counters.findIndex((metric) => metric.path === "k6" && metric.name === name)]!;
  const { lengthOf } = readingsOf(whole.world);
  return ((count("http_reqs") - count("http_req_failed")) * SECOND) / lengthOf("k6");
}

function runOf(variant: string | undefined): Run {
  const input = { file: "fan-out.yaml", text: textOf("fan-out.yaml"), attachments: new Map() };
  const { scenario } = loadInput(input, { variant, overrides: [] });
  return run(scenario!);
}

test("a thousand connections in place of 150 make a tenth of the requests and two thirds of the good ones", () => {
  const [run2, run3] = [goodPerSecond(undefined), goodPerSecond("run-3")];
  expect(run2).toBeCloseTo(16.2, 0);
  expect(run3).toBeCloseTo(11.3, 0);
  expect(run3 / run2).toBeCloseTo(0.7, 1);
});

test.each([
  ["run-3", "app.cpuDiscipline=fifo", "k6.classes.post.steps.0.work=220us"],
  ["run-4", "app.cpuDiscipline=fifo"],
])("%s: first come, first served does not give the 95th percentile", (variant, ...overrides) => {
  const { wrong } = judge("fan-out.yaml", variant, 2, overrides);
  expect(wrong).toContainEqual(expect.stringContaining("p(95)"));
});

test("run 1 finds half of the posts, and keeps the processors of its tasks 3 to 5 % busy", () => {
  expect(judge("fan-out.yaml", "run-1-reads", 2)).toEqual({ count: 1, wrong: [] });
  const { sim } = runOf("run-1").world;
  const total = (name: string) =>
    sim.record.counters.reduce((sum, each, at) => (each.name === name ? sum + sim.record.counts[at]! : sum), 0);
  const busy = total("cpu") + total("commits") * 800;
  expect(busy / (8 * 192 * SECOND)).toBeGreaterThan(0.03);
  expect(busy / (8 * 192 * SECOND)).toBeLessThan(0.05);
});
