import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkResultsOf } from "../../scenarios/experiment/check-results.ts";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { goodputOf } from "../../scenarios/experiment/outage.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { SECOND } from "../../sim/time.ts";

const FOLDER = new URL("../../scenarios/defences/", import.meta.url);
const REPLICATIONS = 5;

function runsOf(name: string, overrides: readonly string[] = []): Run[] {
  const file = `${name}.yaml`;
  const input = { file, text: readFileSync(new URL(file, FOLDER), "utf8"), attachments: new Map() };
  const { scenario, problems } = loadInput(input, { overrides });
  if (scenario === undefined || problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return Array.from({ length: REPLICATIONS }, (_, replication) => run(scenario, { replication }));
}

/** The share of people who are served well, of those born in the last twenty seconds but two. */
function goodputAtTheEnd({ loads, scenario }: Run): number {
  const end = scenario.duration / SECOND - 2;
  return goodputOf(loads[0]!.goodput.all, end - 20, end)!;
}

test.each([
  ["circuit breakers", "mesh-circuit-breaker", "mesh.circuit_breakers={}", 0.01],
  ["a retry budget", "mesh-retry-budget", "mesh.circuit_breakers.retry_budget.budget_percent=100", 0.01],
  ["the ejection of outliers", "mesh-outlier-ejection", "mesh.outlier_detection=off", 0.93],
  ["a panic threshold", "mesh-panic-threshold", "mesh.healthy_panic_threshold=0", 0.3],
])("%s of Envoy makes an overload pass that lasts without", (_, name, off, most) => {
  for (const each of runsOf(name)) {
    expect(checkResultsOf(each).filter(({ holds }) => !holds)).toEqual([]);
    expect(goodputAtTheEnd(each)).toBeGreaterThan(0.98);
  }
  for (const each of runsOf(name, [off])) {
    expect(checkResultsOf(each).filter(({ holds }) => holds)).toEqual([]);
    expect(goodputAtTheEnd(each)).toBeLessThanOrEqual(most);
  }
});

test("retries are a fifth of the requests under way at most, and without a budget three to each request", () => {
  const share = ([each]: Run[]) => {
    const { counters, counts } = each!.world.sim.record;
    const of = (path: string, name: string) =>
      counts[counters.findIndex((one) => one.path === path && one.name === name)]!;
    return of("mesh", "upstream_rq_retry") / of("callers", "http_reqs");
  };
  expect(share(runsOf("mesh-retry-budget"))).toBeLessThan(0.2);
  expect(share(runsOf("mesh-retry-budget", ["mesh.circuit_breakers.retry_budget.budget_percent=100"]))).toBeGreaterThan(
    2,
  );
});
