import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { amount, positiveCount, share } from "../quantity.ts";
import type { CreditOptions } from "./cpu-credits.ts";
import { Machine } from "./machine.ts";

/** vCPUs and baseline use of each, by size. Source: EC2 User Guide, credit table of burstable performance instances. */
const T2 = {
  nano: [1, 0.05],
  micro: [1, 0.1],
  small: [1, 0.2],
  medium: [2, 0.2],
  large: [2, 0.3],
  xlarge: [4, 0.225],
  "2xlarge": [8, 0.17],
} as const;

/** The same for T3, T3a and T4g. */
const T3 = {
  nano: [2, 0.05],
  micro: [2, 0.1],
  small: [2, 0.2],
  medium: [2, 0.2],
  large: [2, 0.3],
  xlarge: [4, 0.4],
  "2xlarge": [8, 0.4],
} as const;

type Size = keyof typeof T3;
type Family = "t2" | "t3" | "t3a" | "t4g";
type Instance = `${Family}.${Size}`;

const INSTANCES = (["t2", "t3", "t3a", "t4g"] as const).flatMap((family) =>
  (Object.keys(T3) as Size[]).map((size): Instance => `${family}.${size}`),
);

const MINUTES_PER_HOUR = 60;
const HOURS_TO_THE_LIMIT = 24;

const credits = z.strictObject({
  instance: z
    .enum(INSTANCES)
    .optional()
    .describe("Instance type, which says how many cores there are and what is earned. Source: EC2 credit table."),
  baseline: share()
    .optional()
    .describe("Share of each core that may be used for good. Default: that of the instance. Source: EC2 credit table."),
  earnedPerHour: amount()
    .optional()
    .describe("Credits earned per hour; one is a core for a minute. Default: baseline x cores x 60. Source: EC2."),
  max: amount()
    .optional()
    .describe("Credits that it can have at most. Default: what it earns in 24 hours. Source: EC2 credit table."),
  initial: amount()
    .optional()
    .describe(
      "Credits at the start. Default: max, as after an idle day; T3, T3a and T4g are launched with 0, T2 with 30 a core.",
    ),
  mode: z
    .enum(["standard", "unlimited"])
    .optional()
    .describe(
      "Without credits: standard keeps to the baseline, unlimited goes on and is billed. Default: unlimited, t2: standard. Source: EC2.",
    ),
});

type Credits = z.output<typeof credits>;

const options = z
  .strictObject({
    cores: positiveCount(1024).optional().describe("Processors. Default: those of the instance of its credits, or 2."),
    credits: credits.optional().describe("CPU credits of a burstable EC2 instance. Default: always at full speed."),
  })
  .check(({ value, issues }) => {
    const { credits } = value;
    if (credits !== undefined && credits.instance === undefined && credits.baseline === undefined)
      issues.push({ code: "custom", message: "credits need an `instance` or a `baseline`", input: value });
  });

/** A host that several processes run on. */
export const machine = defineKind({
  kind: "machine",
  about: "A host whose cores the services and databases on it share equally, if need be with CPU credits.",
  options,
  serves: () => ["machine"],
  references: () => [],
  deeds: ["pace"],
  facts: {
    "machine-saturated": "{component}: all {cores} cores are busy, {running} jobs share them",
    "cpu-credits-exhausted":
      "{component} has no CPU credits left and keeps to its baseline: {baselineCores} of {cores} cores",
  },
  build(world, path, settings) {
    const cores = settings.cores ?? coresOf(settings.credits?.instance);
    const component = new Machine(world, path, cores, settings.credits && creditsOf(settings.credits, cores));
    const act: Act = (deed, because) => {
      if (deed.do !== "pace") notUnderstood(path, deed);
      component.setPace(deed.share, because);
    };
    return { component, connect: () => {}, start: () => component.start(), act };
  },
});

const DEFAULT_CORES = 2;

function coresOf(instance: Instance | undefined): number {
  return instance === undefined ? DEFAULT_CORES : sizeOf(instance)[0];
}

function creditsOf({ instance, baseline, earnedPerHour, max, initial, mode }: Credits, cores: number): CreditOptions {
  const perCore = baseline ?? (instance === undefined ? 1 : sizeOf(instance)[1]);
  const earned = earnedPerHour ?? perCore * cores * MINUTES_PER_HOUR;
  const most = max ?? earned * HOURS_TO_THE_LIMIT;
  const usual = instance?.startsWith("t2.") ? "standard" : "unlimited";
  return {
    baseline: perCore * cores,
    earned: earned / MINUTES_PER_HOUR,
    max: most,
    initial: initial ?? most,
    isUnlimited: (mode ?? usual) === "unlimited",
  };
}

function sizeOf(instance: Instance): readonly [cores: number, baseline: number] {
  const [family, size] = instance.split(".") as [Family, Size];
  return family === "t2" ? T2[size] : T3[size];
}
