import { expect, test } from "vitest";
import { limitsOf, strategy } from "../../models/kubernetes/strategy.ts";
import { SECOND } from "../../sim/time.ts";
import { Workload } from "./kubernetes-workload.ts";

/** The pods of a rollout at an instant. */
interface Picture {
  readonly at: number;
  readonly old: number;
  readonly fresh: number;
  readonly ready: number;
}

/** A deployment whose pods start within three seconds and are rolled out at 10 s; all that is asked of it happens then. */
class Rolled {
  readonly workload: Workload;

  constructor(replicas: number, options: Record<string, unknown> = {}, slots = 3 * replicas) {
    const settings = { replicas, startup: "3s", terminationGracePeriodSeconds: 30, ...options };
    this.workload = new Workload(slots, settings).begin();
    this.workload.until(10);
    this.workload.deployment.rollOut(this.workload.act("rolled-out"));
  }

  /** How many pods serve at each change until an instant: those of the old revision and of the new one. */
  until(seconds: number): Picture[] {
    const { sim } = this.workload.world;
    const pictures: Picture[] = [];
    while (!sim.runUntil(seconds * SECOND, 1)) {
      const picture = this.picture;
      const last = pictures[pictures.length - 1];
      if (
        last === undefined ||
        last.old !== picture.old ||
        last.fresh !== picture.fresh ||
        last.ready !== picture.ready
      )
        pictures.push(picture);
    }
    return pictures;
  }

  get picture(): Picture {
    const { pods } = this.workload.deployment;
    const living = pods.filter(({ state }) => state !== 0 && state !== 4);
    return {
      at: this.workload.world.sim.now / SECOND,
      old: living.filter(({ revision }) => revision === 0).length,
      fresh: living.filter(({ revision }) => revision > 0).length,
      ready: living.filter(({ ready }) => ready).length,
    };
  }
}

test("maxSurge is rounded up and maxUnavailable down, and both cannot be nothing", () => {
  const limits = (replicas: number, options: object = {}) => limitsOf(strategy.parse(options), replicas);
  expect(limits(4)).toEqual({ surge: 1, missing: 1 });
  expect(limits(10)).toEqual({ surge: 3, missing: 2 });
  expect(limits(3)).toEqual({ surge: 1, missing: 0 });
  expect(limits(1)).toEqual({ surge: 1, missing: 0 });
  expect(limits(10, { maxSurge: 0, maxUnavailable: 4 })).toEqual({ surge: 0, missing: 4 });
  expect(limits(10, { maxSurge: "0%", maxUnavailable: 0 })).toEqual({ surge: 0, missing: 1 });
});

test("ten pods are replaced with at most three more than ten, and never less than eight ready", () => {
  const rolled = new Rolled(10);
  const pictures = rolled.until(200);
  // Three new ones at once, then two old ones go, whose places two more new ones take.
  expect(pictures.find(({ fresh }) => fresh === 5)).toMatchObject({ old: 8, ready: 8 });
  expect(Math.max(...pictures.map(({ old, fresh }) => old + fresh))).toBe(13);
  expect(Math.min(...pictures.map(({ ready }) => ready))).toBe(8);
  expect(rolled.picture).toMatchObject({ old: 0, fresh: 10, ready: 10 });
  const [underWay] = rolled.workload.entries("rollout-under-way");
  // Five of them, and when these are ready the other five.
  expect([underWay!.at / SECOND, underWay!.until! / SECOND]).toEqual([10, expect.closeTo(16, 0)]);
  expect(rolled.workload.causesOf(underWay!)).toEqual(["rolled-out"]);
});

test("a single pod is replaced without a gap, and the new one is asked from then on", () => {
  const rolled = new Rolled(1);
  const pictures = rolled.until(60);
  expect(Math.min(...pictures.map(({ ready }) => ready))).toBe(1);
  expect(rolled.workload.deployment.first.revision).toBe(1);
});

test("without any surge pods have to go first", () => {
  const pictures = new Rolled(4, { strategy: { maxSurge: 0, maxUnavailable: 2 } }).until(100);
  expect(Math.max(...pictures.map(({ old, fresh }) => old + fresh))).toBe(4);
  expect(Math.min(...pictures.map(({ ready }) => ready))).toBe(2);
  expect(pictures[pictures.length - 1]).toMatchObject({ old: 0, fresh: 4, ready: 4 });
});

test("Recreate waits until the last old pod is gone, and nobody serves meanwhile", () => {
  const pictures = new Rolled(4, { strategy: { type: "Recreate" } }).until(100);
  const firstFresh = pictures.find(({ fresh }) => fresh > 0)!;
  expect(firstFresh.at).toBe(40);
  expect(pictures.filter(({ at }) => at < 43).every(({ ready }) => ready === 0)).toBe(true);
  expect(pictures[pictures.length - 1]).toMatchObject({ old: 0, fresh: 4, ready: 4 });
});

test("with minReadySeconds a rollout counts on a pod only once it has been ready for so long", () => {
  const rolled = new Rolled(4, { minReadySeconds: 20 });
  rolled.until(200);
  const [underWay] = rolled.workload.entries("rollout-under-way");
  // Two at a time, then the last two: each 3 s to start and 20 s to be trusted.
  expect(underWay!.until! / SECOND - 10).toBeCloseTo(2 * 23, 0);
});

test("a new revision whose pods never get ready stops the rollout: three of four old ones stay", () => {
  const rolled = new Rolled(4, { startup: "10000s" });
  expect(rolled.until(3000).at(-1)).toMatchObject({ old: 3, fresh: 2, ready: 3 });
  expect(rolled.workload.entries("rollout-under-way")[0]!.until).toBeUndefined();
  expect(rolled.workload.entries("rollout-stuck").map(({ at }) => at / SECOND)).toEqual([610]);
});

test("a rollout that does not come forward says so after progressDeadlineSeconds, and goes on", () => {
  const rolled = new Rolled(4, { startup: "100s", progressDeadlineSeconds: 60, strategy: { maxUnavailable: 0 } });
  rolled.until(300);
  const stuck = rolled.workload.entries("rollout-stuck");
  expect(stuck.map(({ at, figures }) => [at / SECOND, figures.seconds])[0]).toEqual([70, 60]);
  expect(rolled.workload.causesOf(stuck[0]!)).toContain("rollout-under-way");
  expect(stuck[0]!.until! / SECOND).toBeCloseTo(110, 0);
});

test("old pods that die during a rollout are replaced by such, and go in the end", () => {
  const rolled = new Rolled(6, { startup: "20s" });
  rolled.until(12);
  rolled.workload.deployment.kill(2, rolled.workload.act("killed"));
  const pictures = rolled.until(200);
  expect(Math.max(...pictures.map(({ old, fresh }) => old + fresh))).toBe(8);
  expect(pictures[pictures.length - 1]).toMatchObject({ old: 0, fresh: 6, ready: 6 });
});

test("scaling during a rollout goes to the new revision", () => {
  const rolled = new Rolled(4, { startup: "20s" }, 24);
  rolled.until(12);
  rolled.workload.scale(8);
  const pictures = rolled.until(300);
  expect(pictures[pictures.length - 1]).toMatchObject({ old: 0, fresh: 8, ready: 8 });
  const down = new Rolled(8, { startup: "20s" });
  down.until(12);
  down.workload.scale(3);
  expect(down.until(300).at(-1)).toMatchObject({ old: 0, fresh: 3, ready: 3 });
});

test("a second rollout before the first is over replaces both kinds of pods", () => {
  const rolled = new Rolled(4, { startup: "20s" }, 24);
  rolled.until(15);
  rolled.workload.deployment.rollOut(rolled.workload.act("rolled-out"));
  rolled.until(300);
  const { pods } = rolled.workload.deployment;
  expect(pods.filter(({ ready, revision }) => ready && revision === 2)).toHaveLength(4);
  expect(rolled.picture).toMatchObject({ old: 0, ready: 4 });
});

test("a disruption budget does not hold a rollout up", () => {
  const pictures = new Rolled(4, { podDisruptionBudget: { minAvailable: 4 } }).until(100);
  expect(Math.min(...pictures.map(({ ready }) => ready))).toBe(3);
  expect(pictures[pictures.length - 1]).toMatchObject({ old: 0, fresh: 4 });
});
