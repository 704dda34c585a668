import * as z from "zod";
import { duration, positiveCount, seconds } from "../quantity.ts";

const exec = z.strictObject({
  asks: z
    .union([z.string().transform((path) => [path]), z.array(z.string()).min(1)])
    .describe('Databases that it logs in to, one after the other, or "self": the own process, as by an admin port.'),
  mode: z
    .enum(["all", "any"])
    .default("all")
    .describe("Model: whether all of them must answer, or the first that does is enough."),
  fork: duration()
    .prefault("50ms")
    .describe("Model: time until the shell and the client program run. An assumption; no figure is published."),
});

/** A check that the kubelet runs in a container, with Kubernetes' own names and defaults (core/v1 Probe). */
export const probe = z.strictObject({
  initialDelaySeconds: seconds()
    .prefault(0)
    .describe("No probe before the container has run so many seconds. Source: core/v1 Probe."),
  periodSeconds: seconds().prefault(10).describe("Seconds from one probe to the next. Source: core/v1 Probe."),
  timeoutSeconds: seconds()
    .prefault(1)
    .describe("Seconds after which a probe is killed and counts as failed. Source: core/v1 Probe."),
  successThreshold: positiveCount()
    .default(1)
    .describe("Successes in a row that turn the result around. Source: core/v1 Probe."),
  failureThreshold: positiveCount()
    .default(3)
    .describe("Failures in a row that turn the result around. Source: core/v1 Probe."),
  manualTrigger: z
    .boolean()
    .default(false)
    .describe(
      "Model: also probe at each status sync of a pod that is not ready, once a minute. Source: kubelet prober_manager.go.",
    ),
  exec: exec.describe("The command: a client program that logs in and asks SELECT 1."),
});

export type ProbeOptions = z.output<typeof probe>;
export type ExecOptions = z.output<typeof exec>;

/** What `asks` names when a probe asks nobody but its own container. */
export const SELF = "self";

/** What a probe is for: to hold the others back at first, to restart the container, or to take the pod out of use. */
export type ProbeType = "startupProbe" | "livenessProbe" | "readinessProbe";
