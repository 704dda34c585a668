import { expect, test } from "vitest";
import {
  busiest,
  dotsAt,
  type Flow,
  fails,
  MOST_DOTS,
  requestsPerDot,
  wayOf,
} from "../../../../../ui/web/replay/stage/flow.ts";
import { Governor } from "../../../../../ui/web/replay/stage/governor.ts";
import { Stage } from "../../../../../ui/web/replay/stage/scene.ts";
import { recordingOf } from "./runs.ts";

function flow(rate: number): Flow {
  return { from: "a", to: "b", rate: Float64Array.of(rate), failed: Float64Array.of(0), isShared: false };
}

test("a link of 100,000 requests a second has at least thrice the dots of one of 1,000, and both have some (point 14)", () => {
  const flows = [flow(100_000), flow(1000), flow(1), flow(0)];
  const [much, little, least, none] = dotsAt(flows, 0, busiest(flows));
  expect(much! / little!).toBeGreaterThanOrEqual(3);
  expect([least, none]).toEqual([1, 0]);
});

test("there are never more than 1,500 dots, however many links there are (point 13)", () => {
  const flows = Array.from({ length: 400 }, () => flow(5000));
  const dots = dotsAt(flows, 0, busiest(flows)).reduce((sum, each) => sum + each, 0);
  expect(dots).toBeGreaterThan(1000);
  expect(dots).toBeLessThanOrEqual(MOST_DOTS);
});

test("a dot stands for all requests by all dots", () => {
  const flows = [flow(900), flow(100)];
  const dots = dotsAt(flows, 0, 900);
  expect(dots).toEqual([24, 8]);
  expect(requestsPerDot(flows, 0, dots)).toBe(1000 / 32);
});

test("a dot goes on without a jump, over the borders of bins and backwards alike", () => {
  for (let dot = 0; dot < 20; dot++) {
    for (let time = 0; time < 5e6; time += 10_000) {
      const step = wayOf(3, dot, time + 10_000, 20) - wayOf(3, dot, time, 20);
      const forward = step < -0.5 ? step + 1 : step;
      expect(forward).toBeGreaterThan(0);
      expect(forward).toBeLessThan(0.001);
    }
    expect(wayOf(3, dot, 4.2e6, 20)).toBe(wayOf(3, dot, 4.2e6, 20));
  }
});

test("about as many dots fail as requests do", () => {
  const failing = Array.from({ length: 1000 }, (_, dot) => fails(1, dot, 0.3)).filter(Boolean).length;
  expect(failing).toBeGreaterThan(250);
  expect(failing).toBeLessThan(350);
});

test("what a balancer gets it passes on: each of three services is asked what comes through its own", () => {
  const { flows, reader } = new Stage(recordingOf("scale-out-cascade", [], 0.1));
  const at = (from: string, to: string) => flows.find((each) => each.from === from && each.to === to)!.rate;
  for (const service of ["api", "edge", "worker"]) {
    expect(at("load-test", `${service}-lb`)).toEqual(reader.rates(service, "asked"));
    expect(at(`${service}-lb`, service)).toEqual(reader.rates(service, "asked"));
  }
  const toProxies = ["api", "edge", "worker"].map((service) => at(service, "proxysql-lb")[80]!);
  const sum = toProxies.reduce((all, each) => all + each, 0);
  expect(sum).toBeCloseTo(at("proxysql-lb", "proxysql")[80]!, 9);
  expect(at("proxysql", "noti-db")).toEqual(reader.rates("noti-db", "asked"));
});

test("copies between databases are no requests", () => {
  const { flows } = new Stage(recordingOf("read-write-split"));
  const copying = flows.filter(({ from, to }) => from.startsWith("db") && to.startsWith("db"));
  expect(copying).toHaveLength(2);
  for (const { rate } of copying) expect(rate.every((each) => each === 0)).toBe(true);
});

test("detail goes while frames are slow, and all of it comes back at rest", () => {
  const governor = new Governor();
  let now = 0;
  const play = (frames: number, took: number) => {
    for (let frame = 0; frame < frames; frame++) {
      now += took;
      governor.painted(now);
    }
  };
  play(181, 16);
  expect(governor.detail).toBe(1);
  play(60, 33);
  play(60, 16);
  play(60, 33);
  expect(governor.detail).toBe(1);
  play(60, 33);
  expect(governor.detail).toBe(0.5);
  play(120, 33);
  expect(governor.detail).toBe(0);
  governor.rest();
  expect(governor.detail).toBe(1);
});
