import { expect, test } from "vitest";
import type { Executor } from "../../models/k6/executor.ts";
import { type SystemOptions, system, timesOf } from "./service-system.ts";

/** The script of case 002: 500 iterations per second for 10 s, one request each, then sleep(1). */
const SCRIPT_A = {
  type: "constant-arrival-rate",
  rate: 500,
  duration: "10s",
  preAllocatedVUs: 500,
  maxVUs: 1000,
} as const;

/** Its later ramp, and the thresholds that end it. */
const SCRIPT_B = {
  type: "ramping-arrival-rate" as const,
  startRate: 50,
  stages: [
    { duration: "2m", target: 100 },
    { duration: "3m", target: 200 },
    { duration: "5m", target: 500 },
  ],
  preAllocatedVUs: 700,
  maxVUs: 1000,
} satisfies SystemOptions["people"]["executor"];

const THRESHOLDS = {
  http_req_failed: [{ threshold: "rate<0.05", abortOnFail: true }],
  dropped_iterations: [{ threshold: "rate<0.05", abortOnFail: true }],
  http_req_duration: [{ threshold: "p(95)<3000", abortOnFail: true }],
};

/** A test run against one processor that serves requests in turn, each for so long; what k6 would print of it. */
function testRun(cpu: string, executor: SystemOptions["people"]["executor"], more: SystemOptions["people"] = {}) {
  const { world, people, run } = system({
    people: { executor, sleep: "1s", classes: [{ name: "get", cpu, queries: 0 }], ...more },
  });
  run(700);
  const count = (name: string) => world.count("people", name);
  const source = people.source as Executor;
  const seconds = source.duration! / 1e6;
  const { mean, max, p } = timesOf(world, "people", "http_req_duration");
  const aborted = world.sim.journal.entries.find(({ fact }) => fact === "test-run-aborted")?.remark;
  return {
    done: count("iterations"),
    dropped: count("dropped_iterations"),
    interrupted: count("interrupted_iterations"),
    seconds,
    rate: count("http_reqs") / seconds,
    avg: mean / 1000,
    p95: p(95) / 1000,
    max: max / 1000,
    aborted,
  };
}

/** Within 2 % of what was reported. */
function expectNear(found: number, reported: number): void {
  expect(Math.abs(found / reported - 1), `${found} for ${reported}`).toBeLessThan(0.02);
}

test.each([
  // service time, script, iterations done, dropped, printed rate, avg, p(95), max
  ["6.667ms", SCRIPT_A, "1s", 2346, 2654, 140.8, 3.83, 5.67, 5.67],
  ["5ms", SCRIPT_A, "1s", 2795, 2205, 186, undefined, undefined, undefined],
  ["6.667ms", { ...SCRIPT_A, duration: "3m" }, "1s", 90_000 - 62_154, 62_154, 149.2, 5.54, undefined, undefined],
  ["6.667ms", SCRIPT_A, "0s", undefined, undefined, 149.8, 4.42, undefined, 6.67],
] as const)(
  "500 iterations per second to a server that needs %s for each: k6 prints what it printed in case 002",
  (cpu, executor, sleep, done, dropped, rate, avg, p95, max) => {
    const found = testRun(cpu, executor, { sleep });
    for (const [name, reported] of Object.entries({ done, dropped, rate, avg, p95, max })) {
      if (reported !== undefined) expectNear(found[name as keyof typeof found] as number, reported);
    }
    expect(found.done + found.dropped).toBe(
      500 * Number.parseInt(executor.duration, 10) * (executor.duration === "3m" ? 60 : 1),
    );
    expect(found.interrupted).toBe(0);
  },
);

test("a server that keeps up with 500 per second is reported to do 451, as the last sleep is part of the run", () => {
  const { done, dropped, rate, seconds } = testRun("2ms", SCRIPT_A);
  expect(done + dropped).toBe(5000);
  expect(dropped).toBeLessThanOrEqual(60);
  expect(seconds).toBeCloseTo(11, 1);
  expectNear(rate, 451);
});

test.each([
  ["6.667ms", {}, 256, "dropped_iterations: rate<0.05"],
  ["6.667ms", { maxVUs: 700 }, 256, "dropped_iterations: rate<0.05"],
  ["6.667ms", { preAllocatedVUs: 1000 }, 264, "http_req_duration: p(95)<3000"],
  ["5ms", {}, 334, "dropped_iterations: rate<0.05"],
  ["3.333ms", {}, 430, "dropped_iterations: rate<0.05"],
  ["2.222ms", {}, 576, "dropped_iterations: rate<0.05"],
] as const)(
  "the ramp of case 002 to a server that needs %s for each, with VUs %o, is aborted at %d s by %s",
  (cpu, vus, seconds, threshold) => {
    const found = testRun(cpu, { ...SCRIPT_B, ...vus }, { thresholds: THRESHOLDS });
    expect(found).toMatchObject({ seconds, aborted: threshold });
    expect(found.interrupted).toBeGreaterThan(600);
  },
);

test("without a threshold on p(95), a thousand VUs at hand put the abort off until they are all busy", () => {
  const { dropped_iterations } = THRESHOLDS;
  const found = testRun("6.667ms", { ...SCRIPT_B, preAllocatedVUs: 1000 }, { thresholds: { dropped_iterations } });
  expect(found).toMatchObject({ seconds: 266, aborted: "dropped_iterations: rate<0.05" });
});

test("a server for 600 per second gets through the whole ramp: 141 000 iterations, of which none is dropped", () => {
  const found = testRun("1.667ms", SCRIPT_B, { thresholds: THRESHOLDS });
  expect(found).toMatchObject({ dropped: 0, aborted: undefined });
  expectNear(found.done, 141_000);
});
