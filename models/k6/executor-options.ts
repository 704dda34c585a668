import * as z from "zod";
import type { Micros } from "../../sim/time.ts";
import { count, milliseconds, positiveCount } from "../quantity.ts";

/** Options that every executor has. */
const base = {
  gracefulStop: milliseconds()
    .prefault("30s")
    .describe(
      "Iterations under way at the end may take so much longer; then they are cut off and not counted. Source: k6 base_config.go.",
    ),
};

const maxDuration = milliseconds()
  .prefault("10m")
  .describe("No iteration starts after it; those that did not start are dropped. Source: k6 per_vu_iterations.go.");

const timeUnit = milliseconds().prefault("1s").describe("What the rate is per. Source: k6 constant_arrival_rate.go.");

const arrivalVus = {
  preAllocatedVUs: count(100_000).describe("VUs that are there from the start. Source: k6 constant_arrival_rate.go."),
  maxVUs: count(100_000)
    .optional()
    .describe(
      "Most VUs. One more is started when an iteration finds none free, and this iteration is dropped. Default: preAllocatedVUs. Source: k6.",
    ),
  vuStartup: milliseconds()
    .prefault("5ms")
    .describe(
      "Model: how long starting one more VU takes, with its own JavaScript runtime. No figure is published; 5 ms gives the averages worked out for case 002.",
    ),
};

function stages(of: string) {
  return z
    .array(
      z.strictObject({
        duration: milliseconds().describe("How long the stage lasts; 0s is a step."),
        target: count().describe(`${of} at the end of the stage, reached along a straight line.`),
      }),
    )
    .min(1)
    .max(1000)
    .describe("What follows on each other. Source: k6 executors, stages.");
}

const constantVus = z.strictObject({
  type: z.literal("constant-vus").describe("So many VUs, each of whom iterates without a break."),
  vus: positiveCount(100_000).default(1).describe("VUs; all begin at once. Source: k6 constant_vus.go."),
  duration: milliseconds().describe("No iteration starts after it."),
  ...base,
});

const rampingVus = z.strictObject({
  type: z.literal("ramping-vus").describe("VUs who iterate without a break, and become more or fewer."),
  startVUs: count(100_000).default(1).describe("VUs at the start. Source: k6 ramping_vus.go."),
  stages: stages("VUs"),
  gracefulRampDown: milliseconds()
    .prefault("30s")
    .describe("A VU that is too many may finish its iteration within this time. Source: k6 ramping_vus.go."),
  ...base,
});

const perVuIterations = z.strictObject({
  type: z.literal("per-vu-iterations").describe("Each VU iterates so many times."),
  vus: positiveCount(100_000).default(1).describe("VUs; all begin at once. Source: k6 per_vu_iterations.go."),
  iterations: positiveCount().default(1).describe("Iterations of each VU."),
  maxDuration,
  ...base,
});

const sharedIterations = z.strictObject({
  type: z.literal("shared-iterations").describe("VUs share so many iterations: who is done takes the next."),
  vus: positiveCount(100_000).default(1).describe("VUs; all begin at once. Source: k6 shared_iterations.go."),
  iterations: positiveCount().default(1).describe("Iterations of all VUs together; at least one for each."),
  maxDuration,
  ...base,
});

const constantArrivalRate = z.strictObject({
  type: z
    .literal("constant-arrival-rate")
    .describe("So many iterations start per time unit, whatever becomes of them."),
  rate: positiveCount().describe(
    "Iterations per time unit: the n-th (from 0) at n times the gap. Source: k6 constant_arrival_rate.go.",
  ),
  timeUnit,
  duration: milliseconds().describe("No iteration starts after it."),
  ...arrivalVus,
  ...base,
});

const rampingArrivalRate = z.strictObject({
  type: z
    .literal("ramping-arrival-rate")
    .describe("Iterations start at a rate that changes: the k-th when its integral reaches k."),
  startRate: count().default(0).describe("Iterations per time unit at the start. Source: k6 ramping_arrival_rate.go."),
  timeUnit,
  stages: stages("Iterations per time unit"),
  ...arrivalVus,
  ...base,
});

/** How k6 is told to start iterations; names, defaults and rules are those of k6's scenarios (lib/executor). */
export const executorOptions = z
  .discriminatedUnion("type", [
    constantVus,
    rampingVus,
    perVuIterations,
    sharedIterations,
    constantArrivalRate,
    rampingArrivalRate,
  ])
  .check((context) => {
    const mistake = mistakeIn(context.value);
    if (mistake === undefined) return;
    context.issues.push({ code: "custom", message: mistake[1], path: [mistake[0]], input: context.value });
  });

export type ExecutorOptions = z.output<typeof executorOptions>;
export type LoopingOptions = z.output<typeof constantVus> | z.output<typeof rampingVus>;
export type IterationOptions = z.output<typeof perVuIterations> | z.output<typeof sharedIterations>;
export type ArrivalRateOptions = z.output<typeof constantArrivalRate> | z.output<typeof rampingArrivalRate>;

/** How long a test run goes on as it begins: until the first stage that is not level, or no iteration starts any more. */
export function steadyTime(options: ExecutorOptions): Micros {
  if ("duration" in options) return options.duration;
  if ("maxDuration" in options) return options.maxDuration;
  let time = 0;
  const level = options.type === "ramping-vus" ? options.startVUs : options.startRate;
  for (const { duration, target } of options.stages) {
    if (target !== level) return time;
    time += duration;
  }
  return time;
}

/** What k6 refuses (Validate of each executor). */
function mistakeIn(options: ExecutorOptions): [field: string, message: string] | undefined {
  if ("maxVUs" in options && options.maxVUs !== undefined && options.maxVUs < options.preAllocatedVUs)
    return ["maxVUs", "maxVUs cannot be less than preAllocatedVUs"];
  if (options.type === "shared-iterations" && options.iterations < options.vus)
    return ["iterations", "there are fewer iterations than VUs"];
  if ("timeUnit" in options && options.timeUnit === 0) return ["timeUnit", "the timeUnit must be more than 0"];
  if ("duration" in options && options.duration === 0) return ["duration", "the duration must be more than 0"];
  if (!("stages" in options)) return undefined;
  const start = options.type === "ramping-vus" ? options.startVUs : options.startRate;
  const nobody = start === 0 && options.stages.every(({ target }) => target === 0);
  return nobody ? ["stages", "no stage has a target above 0"] : undefined;
}
