import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { outcomeOf } from "../../scenarios/experiment/outcome.ts";
import { reportedRows } from "../../scenarios/experiment/reported-table.ts";
import { run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";

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
    return outcomeOf(result, scenario);
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
