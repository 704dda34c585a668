import * as z from "zod";
import { positiveCount } from "../quantity.ts";

const windowed = z
  .boolean()
  .default(true)
  .describe("Whether samples are averaged over a second. Source: WindowedLimit.java.");

/** How a process learns how many calls to let in at once. */
export const limiterOptions = z
  .union([
    z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("vegas"),
        maxConcurrency: positiveCount().default(1000).describe("The limit is never higher. Source: VegasLimit.java."),
        windowed,
      }),
      z.strictObject({ kind: z.literal("gradient2"), windowed }),
      z.strictObject({ kind: z.literal("aimd"), windowed }),
    ]),
    z.literal("off"),
  ])
  .default("off")
  .describe("Turns calls away with 503 beyond a limit that it learns. Source: Netflix/concurrency-limits.");

export type LimiterOptions = z.output<typeof limiterOptions>;

export const limiterFacts = {
  "concurrency-limited": "{component} turns calls away: it has learnt to let in {limit} at once, and {inflight} are in",
};
