import * as z from "zod";
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

const backoff = z.union([
  distribution(),
  z.strictObject({
    base: duration()
      .prefault("1s")
      .describe("The first pause is at most this long, each further one at most twice the last."),
    cap: duration().prefault("20s").describe("No pause is longer. Source: botocore retries/standard.py."),
  }),
]);

const retry = z.strictObject({
  maxRetries: count(1000).default(0).describe("Attempts after the first that fail or time out; k6: none."),
  backoff: backoff
    .prefault({})
    .describe(
      "Pause before a retry: a distribution, or { base, cap } for exponential with full jitter (AWS architecture blog).",
    ),
  budget: share()
    .optional()
    .describe(
      "Retries allowed per first attempt, from a bucket that saves up 100; e.g. 10% (SRE book, ch. 21). Default: no limit.",
    ),
});

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
    retry: retry.prefault({}).describe("What people do after a failure."),
  })
  .check((context) => {
    for (const message of mistakesIn(context.value)) {
      context.issues.push({ code: "custom", message, input: context.value });
    }
  });

export type LoadOptions = z.output<typeof loadOptions>;
export type RetryOptions = z.output<typeof retry>;

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
  const { rate, recorded, users, classes, zones, to } = options;
  const mistakes: string[] = [];
  const sources = [rate, recorded, users].filter((source) => source !== undefined).length;
  if (sources !== 1) mistakes.push("a load has either `rate`, `recorded` or `users`");
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
