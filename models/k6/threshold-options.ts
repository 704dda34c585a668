import * as z from "zod";
import { milliseconds } from "../quantity.ts";
import { Mistake, show } from "../unit.ts";
import { METRICS, type MetricName } from "./metrics.ts";
import { mistakeAbout, type Threshold, threshold } from "./threshold.ts";

/** A threshold with what k6 does when it is crossed. */
export interface ThresholdOptions {
  readonly threshold: Threshold;
  readonly abortOnFail: boolean;
  readonly delayAbortEval: number;
}

const full = z.strictObject({
  threshold: threshold.describe("The condition, such as p(95)<3000."),
  abortOnFail: z.boolean().default(false).describe("Whether the test run ends when it is crossed."),
  delayAbortEval: milliseconds()
    .prefault("0s")
    .describe("It does not end the run before so much time has passed. Source: k6 docs, thresholds."),
});

const brief = threshold.transform((one): ThresholdOptions => {
  return { threshold: one, abortOnFail: false, delayAbortEval: 0 };
});

/** Thresholds by metric, as in the `options` of a k6 script. */
export const thresholdOptions = z
  .record(z.string(), z.array(z.union([full, brief])))
  .describe(
    "k6's thresholds: { metric: [condition, ...] }, judged every 2 s and at the end. http_req_duration has failed requests in it too. Source: k6 metrics/thresholds.go.",
  )
  .check((context) => {
    for (const [metric, list] of Object.entries(context.value)) {
      const isKnown = isMetric(metric);
      const mistakes = isKnown ? list.map((one) => mistakeAbout(metric, one.threshold)) : [unknown(metric)];
      for (const [at, mistake] of mistakes.entries()) {
        if (mistake === undefined) continue;
        const path = isKnown ? [metric, at] : [metric];
        const message = `${mistake.wrong}; expected ${mistake.right}`;
        context.issues.push({ code: "custom", message, params: { mistake }, path, input: context.value });
      }
    }
  });

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

function unknown(metric: string): Mistake {
  return new Mistake(`${show(metric)} is not a metric of k6 here`, Object.keys(METRICS).join(", "));
}
