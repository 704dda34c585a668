import { expect, test } from "vitest";
import type { Autoscaler } from "../../models/kubernetes/autoscaler.ts";
import { autoscaler } from "../../models/kubernetes/autoscaler-kind.ts";
import {
  type MetricTarget,
  type PodUsage,
  replicasFor,
  usageRatio,
} from "../../models/kubernetes/replica-calculator.ts";
import { ScalingRules } from "../../models/kubernetes/scaling-rules.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { SECOND } from "../../sim/time.ts";
import { type Taker, Workload } from "./kubernetes-workload.ts";

const TOLERANCE = 0.1;

const ready = (usage: number, request = 1): PodUsage => ({ group: "ready", usage, request });
const ignored: PodUsage = { group: "ignored", usage: 0, request: 1 };
const missing: PodUsage = { group: "missing", usage: 0, request: 1 };

function utilization(value: number): MetricTarget {
  return { type: "utilization", value };
}

function average(value: number): MetricTarget {
  return { type: "averageValue", value };
}

function wantedOf(current: number, target: MetricTarget, ...pods: PodUsage[]): number | undefined {
  return replicasFor(current, pods, target, TOLERANCE);
}

// The published cases of kubernetes pkg/controller/podautoscaler/replica_calculator_test.go, by their names there.

test("ScaleUp: three pods at 50 % where 30 % is the target need five", () => {
  const pods = [ready(0.3), ready(0.5), ready(0.7)];
  expect(usageRatio(pods, utilization(0.3))).toBeCloseTo(50 / 30);
  expect(wantedOf(3, utilization(0.3), ...pods)).toBe(5);
});

test("ScaleUpUnreadyLessScale: an unready pod counts as idle, so four are enough", () => {
  expect(wantedOf(3, utilization(0.3), ignored, ready(0.5), ready(0.7))).toBe(4);
});

test("ScaleUpUnreadyNoScale: with two unready pods the direction would turn, so three stay", () => {
  expect(wantedOf(3, utilization(0.3), ready(0.4), ignored, ignored)).toBe(3);
});

test("ScaleUpIgnoresFailedPods: two pods at 60 % need four", () => {
  expect(wantedOf(2, utilization(0.3), ready(0.5), ready(0.7))).toBe(4);
});

test("ScaleUpCM: pods at 20 on average where 15 is the target", () => {
  expect(wantedOf(3, average(15), ready(20), ready(10), ready(30))).toBe(4);
});

test("ScaleDown: five pods at 28 % where 50 % is the target need three", () => {
  const pods = [0.1, 0.3, 0.5, 0.25, 0.25].map((usage) => ready(usage));
  expect(wantedOf(5, utilization(0.5), ...pods)).toBe(3);
});

test("ScaleDownCM: pods at 12 where 20 is the target need three", () => {
  expect(wantedOf(5, average(20), ...Array.from({ length: 5 }, () => ready(12)))).toBe(3);
});

test("ScaleDownIncludeUnreadyPods: unready pods do not keep it from taking three away", () => {
  expect(wantedOf(5, utilization(0.5), ready(0.1), ready(0.3), ready(0.5), ignored, ignored)).toBe(2);
});

test("ScaleDownExcludeUnscheduledPods: four pending pods are none that are needed", () => {
  expect(wantedOf(5, utilization(0.5), ready(0.1), ignored, ignored, ignored, ignored)).toBe(1);
});

test("Tolerance: 102 % of the target changes nothing, and neither does 103 % of an average", () => {
  expect(wantedOf(3, utilization(1), ready(1.01, 0.9), ready(1.03, 1), ready(1.02, 1.1))).toBe(3);
  expect(wantedOf(3, average(20), ready(20), ready(21), ready(21))).toBe(3);
});

test("SuperfluousMetrics: four pods at 587 % need twenty-four", () => {
  expect(wantedOf(4, utilization(1), ready(4), ready(9.5), ready(3), ready(7))).toBe(24);
});

test("MissingMetrics: pods without metrics count as fully used when fewer would do", () => {
  expect(wantedOf(4, utilization(1), ready(0.4), ready(0.095), missing, missing)).toBe(3);
});

test("MissingMetricsNoChange: a missing pod must not turn the direction, and says nothing on target", () => {
  expect(wantedOf(2, utilization(1), ready(1), missing)).toBe(2);
  expect(wantedOf(2, utilization(1), ready(1.9), missing)).toBe(2);
  expect(wantedOf(2, utilization(1), ready(0.6), missing)).toBe(2);
});

test("MissingMetricsUnready: with one pod unready and one missing", () => {
  expect(wantedOf(3, utilization(0.5), ignored, ready(0.45), missing)).toBe(3);
  expect(wantedOf(3, utilization(0.5), ignored, ready(2), missing)).toBe(4);
  expect(wantedOf(4, utilization(0.5), ignored, ready(0.1), ready(0.1), missing)).toBe(3);
});

test("ComputedToleranceAlgImplementation: ten pods at 50 % need nine at a target of 56 %, and stay at 55 %", () => {
  const requests = [400, 200, 310, 290, 302, 298, 301, 299, 300, 300];
  const pods = requests.map((request) => ready(0.15, request / 1000));
  expect(wantedOf(10, utilization(0.56), ...pods)).toBe(9);
  expect(wantedOf(10, utilization(0.55), ...pods)).toBe(10);
});

test("without any pod that counts nothing is known", () => {
  expect(wantedOf(4, utilization(1), missing, ignored)).toBeUndefined();
});

const RULES = autoscaler.options.parse({ target: "app", maxReplicas: 100 }).behavior;

test("it goes up by four pods or to twice as many within 15 s, whichever is more", () => {
  const rules = new ScalingRules(RULES);
  const step = (at: number, current: number, wanted: number) => {
    const replicas = rules.apply(at * SECOND, current, wanted, 1, 100);
    rules.note(at * SECOND, replicas - current);
    return replicas;
  };
  expect(step(0, 1, 100)).toBe(5);
  expect(step(5, 5, 100)).toBe(5);
  expect(step(15, 5, 100)).toBe(10);
  expect(step(30, 10, 100)).toBe(20);
  expect(step(45, 20, 100)).toBe(40);
  expect(step(60, 40, 200)).toBe(80);
  expect(step(75, 80, 200)).toBe(100);
});

test("it goes down to the most that was recommended in the last five minutes", () => {
  const rules = new ScalingRules(RULES);
  rules.begin(0, 10);
  const at = (seconds: number, current: number, wanted: number) =>
    rules.apply(seconds * SECOND, current, wanted, 2, 100);
  expect(at(15, 10, 8)).toBe(10);
  expect(at(30, 10, 3)).toBe(10);
  expect(at(299, 10, 1)).toBe(10);
  expect(at(300, 10, 1)).toBe(8);
  expect(at(316, 8, 1)).toBe(3);
  expect(at(331, 3, 1)).toBe(2);
  expect(at(600, 2, 1)).toBe(2);
});

test("policies limit the rate: one pod a minute down, the least of two policies up, or nothing at all", () => {
  const { behavior } = autoscaler.options.parse({
    target: "app",
    maxReplicas: 100,
    behavior: {
      scaleUp: {
        selectPolicy: "Min",
        policies: [
          { type: "Pods", value: 2, periodSeconds: 60 },
          { type: "Percent", value: 50, periodSeconds: 60 },
        ],
      },
      scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
    },
  });
  const rules = new ScalingRules(behavior);
  expect(rules.apply(0, 3, 10, 1, 100)).toBe(5);
  rules.note(0, 2);
  expect(rules.apply(30 * SECOND, 5, 10, 1, 100)).toBe(5);
  expect(rules.apply(100 * SECOND, 5, 1, 1, 100)).toBe(4);
  rules.note(100 * SECOND, -1);
  expect(rules.apply(130 * SECOND, 4, 1, 1, 100)).toBe(4);
  expect(rules.apply(161 * SECOND, 4, 1, 1, 100)).toBe(3);
  const off = new ScalingRules({ ...behavior, scaleUp: { ...behavior.scaleUp, selectPolicy: "Disabled" } });
  expect(off.apply(0, 3, 10, 1, 100)).toBe(3);
});

function isRunning({ starts, stops }: Taker): boolean {
  return starts.length > stops.length;
}

/** Pods that report the processor time that they are told to use, and an autoscaler that looks at them. */
class Scaled {
  readonly workload: Workload;
  readonly autoscaler: Autoscaler;
  private readonly cpu: Counter[];

  constructor(replicas: number, options: Record<string, unknown>, pods: Record<string, unknown> = {}) {
    this.workload = new Workload(20, { replicas, startup: "3s", ...pods });
    const { world } = this.workload;
    this.cpu = this.workload.takers.map(({ path }) => world.sim.record.counter(path, "cpu", "microseconds"));
    const settings = autoscaler.options.parse({ target: "proxysql", maxReplicas: 20, ...options });
    const built = autoscaler.build(world, "hpa", settings);
    this.workload.begin();
    built.connect();
    built.start();
    this.autoscaler = built.component as Autoscaler;
  }

  /** Until then the running pods share so many processors. */
  uses(processors: number, until: number): this {
    const { sim } = this.workload.world;
    while (sim.now < until * SECOND) {
      this.workload.until(sim.now / SECOND + 1);
      const running = this.workload.gauge("running");
      for (const [slot, counter] of this.cpu.entries()) {
        if (isRunning(this.workload.takers[slot]!)) counter.add((processors / running) * SECOND);
      }
    }
    return this;
  }

  get replicas(): number {
    return this.workload.gauge("replicas");
  }

  get rescales(): { at: number; from: number; to: number }[] {
    return this.workload.entries("rescaled").map(({ at, figures }) => {
      return { at: at / SECOND, from: figures.from!, to: figures.to! };
    });
  }
}

const HALF = { metrics: [{ type: "Resource", averageUtilization: 50 }] };

test("pods at their target stay as many as they are", () => {
  expect(new Scaled(4, HALF).uses(2, 600).rescales).toEqual([]);
});

test("twice the use makes twice the pods, within a reading, a look and the start of the pods", () => {
  const scaled = new Scaled(4, HALF).uses(2, 60).uses(4, 300);
  const [first] = scaled.rescales;
  expect(first!.from).toBe(4);
  // Readings every 15 s, looks every 15 s, and the first reading may be from half before and half after.
  expect(first!.at).toBeLessThanOrEqual(60 + 15 + 15);
  expect(scaled.replicas).toBe(8);
});

test("half the use takes pods away only after five minutes", () => {
  const scaled = new Scaled(8, HALF).uses(4, 60).uses(2, 340);
  expect(scaled.rescales).toEqual([]);
  scaled.uses(2, 420);
  expect(scaled.replicas).toBe(4);
  expect(scaled.rescales[0]!.at).toBeGreaterThan(60 + 300 - 15);
});

test("it keeps to minReplicas and maxReplicas, whatever an operator has set", () => {
  const scaled = new Scaled(4, { ...HALF, minReplicas: 3, maxReplicas: 6 }).uses(9, 120);
  expect(scaled.replicas).toBe(6);
  scaled.workload.scale(2);
  scaled.uses(9, 140);
  expect(scaled.replicas).toBeGreaterThanOrEqual(3);
  scaled.uses(0, 900);
  expect(scaled.replicas).toBe(3);
});

test("pods that export no processor time are never scaled", () => {
  const workload = new Workload(20, { replicas: 4 });
  const built = autoscaler.build(
    workload.world,
    "hpa",
    autoscaler.options.parse({ target: "proxysql", maxReplicas: 20 }),
  );
  workload.begin();
  built.connect();
  built.start();
  expect(workload.until(600).entries("rescaled")).toEqual([]);
});

test("a pod that has just become ready is set aside until a whole reading is of its own work", () => {
  const busy = new Scaled(2, HALF, { startup: "20s" }).uses(1, 30).uses(4, 64);
  // Scaled from 2 to 6 (four more pods), the new ones ready 20 s later and idle as far as is known.
  expect(busy.rescales[0]).toMatchObject({ from: 2, to: expect.any(Number) });
  const after = busy.replicas;
  busy.uses(4, 300);
  expect(busy.replicas).toBe(8);
  expect(after).toBeLessThanOrEqual(8);
});

test("100 % is what a pod requests", () => {
  const scaled = new Scaled(4, HALF, { resources: { requests: { cpu: 0.5 } } }).uses(2, 120);
  expect(scaled.replicas).toBe(8);
});

test("a metric of the pods is held at an average, and the metric that asks for most counts", () => {
  const workload = new Workload(20, { replicas: 2, startup: "3s" });
  const { world } = workload;
  const busy = workload.takers.map(({ path }) => world.sim.record.gauge(path, "busy", "requests"));
  const metrics = [{ type: "Pods", name: "busy", averageValue: 5 }, { type: "Resource" }];
  const settings = autoscaler.options.parse({ target: "proxysql", maxReplicas: 20, metrics });
  const built = autoscaler.build(world, "hpa", settings);
  workload.begin();
  built.connect();
  built.start();
  for (let second = 0; second < 200; second++) {
    const running = workload.gauge("running");
    for (const [slot, gauge] of busy.entries()) gauge.set(isRunning(workload.takers[slot]!) ? 30 / running : 0);
    workload.until(second);
  }
  expect(workload.gauge("replicas")).toBe(6);
});

test("more pods at least than at most is refused, and so is a metric twice", () => {
  const issues = (options: object) => {
    const { error } = autoscaler.options.safeParse({ target: "app", maxReplicas: 3, ...options });
    return (error?.issues ?? []).map(({ message }) => message);
  };
  expect(issues({ minReplicas: 4 })).toEqual(["it is more than maxReplicas; expected at most as many"]);
  expect(issues({ metrics: [{ type: "Resource" }, { type: "Resource" }] })).toHaveLength(1);
  expect(issues({ metrics: [{ type: "Pods", name: "busy", averageValue: 0 }] })).toHaveLength(1);
  expect(issues({})).toEqual([]);
});
