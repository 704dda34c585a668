import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkResultsOf } from "../../scenarios/experiment/check-results.ts";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { run } from "../../scenarios/experiment/run.ts";

const FOLDER = new URL("../../scenarios/defences/", import.meta.url);

/** In how many of so many replications all checks hold, with a variant and what the command line changes. */
function recoveries(name: string, variant: string | undefined, overrides: readonly string[], replications = 3): number {
  const file = `${name}.yaml`;
  const input = { file, text: readFileSync(new URL(file, FOLDER), "utf8"), attachments: new Map() };
  const { scenario, problems } = loadInput(input, { variant, overrides });
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  const runs = Array.from({ length: replications }, (_, replication) => run(scenario, { replication }));
  return runs.filter((each) => checkResultsOf(each).every(({ holds }) => holds)).length;
}

test.each(["lasting-overload", "expensive-failures", "hedging"])(
  "%s: without a defence the outage lasts in each run",
  (name) => {
    expect(recoveries(name, undefined, [])).toBe(0);
  },
);

test.each([
  ["a budget for retries", "lasting-overload", "retry-budget", "callers.retry.budget=100%"],
  ["the quota of the AWS standard mode", "lasting-overload", "aws-standard", "callers.retry.retryQuota=off"],
  ["the adaptive mode of the AWS SDKs", "expensive-failures", "aws-adaptive", "callers.retry.mode=aws-standard"],
  ["gRPC's throttle of retries", "lasting-overload", "grpc-throttling", "callers.retry.retryThrottling=off"],
  ["a circuit breaker", "lasting-overload", "circuit-breaker", "callers.circuitBreaker=off"],
  ["a bulkhead", "lasting-overload", "bulkhead", "callers.bulkhead=off"],
  ["throttling by the client", "lasting-overload", "client-throttling", "callers.throttling=off"],
  ["a short queue", "lasting-overload", "load-shedding", "server.queue=1000"],
  ["Vegas", "lasting-overload", "vegas", "server.limiter=off"],
  ["Gradient2", "lasting-overload", "gradient2", "server.limiter=off"],
  ["AIMD", "lasting-overload", "aimd", "server.limiter=off"],
  ["CoDel", "lasting-overload", "codel", "server.discipline=fifo"],
  ["adaptive LIFO", "lasting-overload", "adaptive-lifo", "server.discipline=fifo"],
  ["hedging", "hedging", "hedged", "callers.hedging=off"],
])("%s ends it, and switched off on the command line it does not", (_, name, variant, off) => {
  expect(recoveries(name, variant, [])).toBe(3);
  expect(recoveries(name, variant, [off])).toBe(0);
});
