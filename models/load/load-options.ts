import * as z from "zod";
import { guardOptions } from "../client/guard-options.ts";
import { retryOptions } from "../client/retry-options.ts";
import { executorOptions } from "../k6/executor-options.ts";
import { thresholdOptions } from "../k6/threshold-options.ts";
import { count, distribution, duration, milliseconds, rate, share } from "../quantity.ts";
import { requestClass } from "./class-options.ts";
import type { Point } from "./curve.ts";

const curve = z
  .union([rate().transform((is): Point[] => [{ at: 0, is }]), points(rate())])
  .describe(
    '"200/s", or points { at, is } joined by straight lines: two at one time are a step, after the last it is constant.',
  );

const population = z
  .union([count().transform((is): Point[] => [{ at: 0, is }]), points(count())])
  .describe(
    "Users who ask, wait for the answer, think and ask again: a number, or points { at, is } joined by straight lines.",
  );

/** One person of a recording; plain numbers are milliseconds. */
const row = z.strictObject({
  at: milliseconds().describe("When the person arrives."),
  class: z.string().optional().describe("What they want. Default: drawn."),
  work: milliseconds().optional().describe("Processor time of each statement. Default: drawn."),
  waits: milliseconds().optional().describe("Time of each statement without a processor. Default: drawn."),
});

const shares = z.record(z.string(), share());

export const loadOptions = z
  .strictObject({
    to: z
      .union([z.string().transform((path) => ({ [path]: 1 })), shares])
      .describe("Path of the component that people ask, or { path: share, ... }."),
    arrivals: z
      .enum(["poisson", "constant"])
      .default("poisson")
      .describe(
        "poisson: people know nothing of each other; constant: one exactly each time the integral of the rate has grown by 1 (k6).",
      ),
    rate: curve.optional().describe("People per second."),
    recorded: z.array(row).min(1).optional().describe("People as recorded, in order of time, in place of `rate`."),
    users: population.optional().describe("A closed load, in place of `rate`: k6's constant-vus and ramping-vus."),
    thinkTime: distribution()
      .prefault("0ms")
      .describe("Pause of a user between an answer and the next request (`sleep` in k6)."),
    executor: executorOptions
      .optional()
      .describe("A test run of k6, in place of `rate`: how it starts iterations. Source: k6 lib/executor."),
    sleep: distribution()
      .prefault("0ms")
      .describe(
        "With `executor`: `sleep` at the end of each iteration; it occupies the VU and is part of the iteration.",
      ),
    sleepAfter: z
      .enum(["always", "success"])
      .default("always")
      .describe("With `executor`: success if a failed request ends the iteration before the sleep, as `fail()` does."),
    thresholds: thresholdOptions.default({}),
    nodes: z
      .union([z.string().transform((group) => [group]), z.array(z.string())])
      .default([])
      .describe("Node group whose first node it runs on, with its bandwidth. Default: where the network is no limit."),
    classes: z
      .array(requestClass)
      .min(1)
      .prefault([{ name: "request" }])
      .describe("What people want."),
    zones: shares.default({}).describe("Shares of the people by zone. Default: they belong to no zone."),
    patience: duration()
      .prefault("60s")
      .describe(
        "How long somebody waits for an answer before giving up; what they asked for goes on. Source: k6, HTTP timeout.",
      ),
    retry: retryOptions.describe("What people do after a failure."),
    connections: z
      .enum(["none", "keep-alive", "per-request"])
      .default("none")
      .describe(
        "TCP under the requests. none: not modelled; keep-alive: each user or VU keeps a connection, anybody else opens one; per-request: one for each (k6 noConnectionReuse).",
      ),
    ...guardOptions,
  })
  .check((context) => {
    for (const message of mistakesIn(context.value)) {
      context.issues.push({ code: "custom", message, input: context.value });
    }
  });

export type LoadOptions = z.output<typeof loadOptions>;

function points(value: z.ZodType<number>) {
  return z
    .array(z.strictObject({ at: duration().describe("When, from the start."), is: value.describe("The value then.") }))
    .min(1)
    .max(10_000)
    .refine(
      (list) => list.every(({ at }, n) => n === 0 || at >= list[n - 1]!.at),
      "the points are not in order of time",
    );
}

function mistakesIn(options: LoadOptions): string[] {
  const { rate, recorded, users, executor, classes, zones, to } = options;
  const mistakes: string[] = [];
  const sources = [rate, recorded, users, executor].filter((source) => source !== undefined).length;
  if (sources !== 1) mistakes.push("a load has either `rate`, `recorded`, `users` or `executor`");
  if (executor === undefined) {
    if (options.sleep.mean > 0) mistakes.push("`sleep` is for a load with `executor`");
    if (Object.keys(options.thresholds).length > 0) mistakes.push("`thresholds` are for a load with `executor`");
  }
  if (options.hedging !== "off" && options.connections !== "none")
    mistakes.push("`hedging` is for a load with `connections: none`");
  if (users === undefined && options.thinkTime.mean > 0) mistakes.push("`thinkTime` is for a load with `users`");
  const names = new Set(classes.map(({ name }) => name));
  if (names.size < classes.length) mistakes.push("two classes of the load have the same name");
  if (classes.every((one) => one.share === 0)) mistakes.push("no class has a share above 0");
  if (Object.values(to).every((one) => one === 0)) mistakes.push("no address in `to` has a share above 0");
  if (Object.keys(zones).length > 0 && Object.values(zones).every((one) => one === 0))
    mistakes.push("no zone has a share above 0");
  const unknown = recorded?.find((person) => person.class !== undefined && !names.has(person.class));
  if (unknown !== undefined) mistakes.push(`"${unknown.class}" in the recording is not a class of the load`);
  if (recorded?.some(({ at }, n) => n > 0 && at < recorded[n - 1]!.at))
    mistakes.push("the recording is not in order of time");
  return mistakes;
}
