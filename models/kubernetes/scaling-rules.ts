import * as z from "zod";
import { type Micros, SECOND } from "../../sim/time.ts";
import { positiveCount, seconds } from "../quantity.ts";

const policy = z.strictObject({
  type: z.enum(["Pods", "Percent"]).describe("Whether `value` is a number of pods, or per cent of the replicas."),
  value: positiveCount(10_000).describe("Most that may be added, or taken away, in a period."),
  periodSeconds: seconds().describe("Seconds that the change is counted over."),
});

type Policy = z.output<typeof policy>;

function rules(window: number, policies: z.input<typeof policy>[], which: string) {
  return z.strictObject({
    stabilizationWindowSeconds: seconds()
      .prefault(window)
      .describe(`Seconds over which the ${which} recommendation counts. Source: autoscaling/v2 defaults.`),
    selectPolicy: z
      .enum(["Max", "Min", "Disabled"])
      .default("Max")
      .describe("Which policy counts: the one that allows the most, or the least, change. Source: autoscaling/v2."),
    policies: z
      .array(policy)
      .min(1)
      .max(100)
      .prefault(policies)
      .describe("Limits to the change. Source: autoscaling/v2."),
  });
}

/** How fast an autoscaler may go up and down (autoscaling/v2 HorizontalPodAutoscalerBehavior). */
export const behavior = z.strictObject({
  scaleUp: rules(
    0,
    [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
    "lowest",
  )
    .prefault({})
    .describe("How it adds pods: by default at once, 4 or as many as there are in 15 s."),
  scaleDown: rules(300, [{ type: "Percent", value: 100, periodSeconds: 15 }], "highest")
    .prefault({})
    .describe("How it takes pods away: by default as few as the most that was recommended within 5 minutes."),
});

export type Behavior = z.output<typeof behavior>;
type Rules = Behavior["scaleUp"];

interface Recommendation {
  readonly at: Micros;
  readonly replicas: number;
}

interface Change {
  readonly at: Micros;
  /** Replicas added; negative if taken away. */
  readonly by: number;
}

/** Holds back what the metrics recommend: stabilises it over a time, and limits the rate of change. */
export class ScalingRules {
  private readonly behavior: Behavior;
  private readonly memory: Micros;
  private recommendations: Recommendation[] = [];
  private changes: Change[] = [];

  constructor(behavior: Behavior) {
    const windows = [behavior.scaleUp, behavior.scaleDown].map((rules) => rules.stabilizationWindowSeconds);
    const periods = [behavior.scaleUp, behavior.scaleDown].flatMap(({ policies }) =>
      policies.map(({ periodSeconds }) => periodSeconds),
    );
    this.behavior = behavior;
    this.memory = Math.max(...windows, ...periods) + SECOND;
  }

  /** Until now so many replicas have been right. */
  begin(now: Micros, replicas: number): void {
    this.recommendations.push({ at: now, replicas });
  }

  /**
   * How many replicas there are to be, where there are `current` and the metrics recommend `wanted`.
   * Source: horizontal.go, stabilizeRecommendationWithBehaviors and convertDesiredReplicasWithBehaviorRate.
   */
  apply(now: Micros, current: number, wanted: number, least: number, most: number): number {
    this.forget(now);
    const stabilised = this.stabilise(now, current, wanted);
    this.recommendations.push({ at: now, replicas: wanted });
    if (stabilised > current) {
      const limit = Math.max(current, this.limit(now, current, this.behavior.scaleUp, 1));
      return Math.min(stabilised, Math.min(most, limit));
    }
    if (stabilised < current) {
      const limit = Math.min(current, this.limit(now, current, this.behavior.scaleDown, -1));
      return Math.max(stabilised, Math.max(least, limit));
    }
    return stabilised;
  }

  /** The number of replicas has been changed. */
  note(now: Micros, by: number): void {
    this.changes.push({ at: now, by });
  }

  private stabilise(now: Micros, current: number, wanted: number): number {
    const { scaleUp, scaleDown } = this.behavior;
    const within = (window: Micros) => this.recommendations.filter(({ at }) => at > now - window);
    const lowest = Math.min(wanted, ...within(scaleUp.stabilizationWindowSeconds).map(({ replicas }) => replicas));
    const highest = Math.max(wanted, ...within(scaleDown.stabilizationWindowSeconds).map(({ replicas }) => replicas));
    return Math.min(Math.max(current, lowest), highest);
  }

  /** How far the rules allow it to go in a direction: 1 up, -1 down. */
  private limit(now: Micros, current: number, { selectPolicy, policies }: Rules, direction: 1 | -1): number {
    if (selectPolicy === "Disabled") return current;
    const proposed = policies.map((each) => this.proposal(now, current, each, direction));
    const furthest = direction === 1 ? Math.max : Math.min;
    const nearest = direction === 1 ? Math.min : Math.max;
    return selectPolicy === "Max" ? furthest(...proposed) : nearest(...proposed);
  }

  private proposal(now: Micros, current: number, { type, value, periodSeconds }: Policy, direction: 1 | -1): number {
    const recent = this.changes.filter(({ at }) => at > now - periodSeconds);
    const before = current - recent.reduce((sum, { by }) => sum + by, 0);
    if (type === "Pods") return before + direction * value;
    const exact = before * (1 + (direction * value) / 100);
    return direction === 1 ? Math.ceil(exact - ROUNDING) : Math.trunc(exact + ROUNDING);
  }

  private forget(now: Micros): void {
    this.recommendations = this.recommendations.filter(({ at }) => at >= now - this.memory);
    this.changes = this.changes.filter(({ at }) => at >= now - this.memory);
  }
}

/** Products that should be whole may be off by the last bit. */
const ROUNDING = 1e-9;
