import { expect, test } from "vitest";
import { service } from "../../models/service/kind.ts";
import { system, timesOf } from "./service-system.ts";

/**
 * Calibrated models of a service that 500 virtual users ask without a break: a post takes some time of its 8 cores and
 * 501 inserts, in 20 turns. That averages follow from Little's law alone, and the 95th percentile from who is next, is
 * what they are to show; the figures are those of an independent simulation.
 */
function vus(options: object, duration: number) {
  const executor = { type: "constant-vus", vus: 500, duration: `${duration}s` } as const;
  return { executor, classes: [{ name: "post", ...options }] };
}

/** How long iterations took in seconds, and how many there were. */
function iterationsOf({ world, run }: ReturnType<typeof system>, seconds: number) {
  run(seconds);
  const { count, mean, p } = timesOf(world, "people", "iteration_duration");
  const passed = timesOf(world, "people", "http_req_duration").count;
  return { count, mean: mean / 1000, p95: p(95) / 1000, passed: passed / count };
}

function near(value: number, figure: number, within: number): void {
  expect(Math.abs(value / figure - 1), `${value}, figure ${figure}`).toBeLessThan(within);
}

test.each([
  { cpuDiscipline: "fifo" as const, mean: 1.6, p95: 1.76 },
  { cpuDiscipline: "random" as const, mean: 1.58, p95: 4.7 },
])(
  "500 users of 8 cores at 25.9 ms wait equally long on average, and with $cpuDiscipline order 95 % within $p95 s",
  (one) => {
    const { count, mean, p95 } = iterationsOf(
      system({
        people: vus({ cpu: "exponential mean 25.9ms" }, 60),
        api: { cores: 8, cpuDiscipline: one.cpuDiscipline },
      }),
      90,
    );
    near(count, 19_000, 0.02);
    near(mean, one.mean, 0.03);
    near(p95, one.p95, 0.06);
  },
);

test("where 150 connections are all there are, 85 % of the posts fail fast and cost the cores as much as those that pass", () => {
  const { count, mean, p95, passed } = iterationsOf(
    system({
      people: {
        ...vus({ cpu: "exponential mean 74.8ms", steps: [{ queries: 20, work: "3082us" }] }, 180),
        sleep: "1s",
        sleepAfter: "success",
      },
      api: { cores: 8, cpuDiscipline: "random", to: "db", pool: { kind: "per-request" } },
      db: { max_connections: 149, cores: 1 },
    }),
    240,
  );
  near(count, 19_621, 0.03);
  near(passed, 0.1554, 0.06);
  near(mean, 4.67, 0.03);
  near(p95, 14.49, 0.06);
});

/** 20 turns at a store that serves one at a time. */
const TURNS = new Array<{ call: string; to: string }>(20).fill({ call: "turn", to: "store" });

test.each([
  { order: "random" as const, p95: 57.4 },
  { order: "fifo" as const, p95: 41.7 },
])(
  "where everybody gets a connection, 500 posts wait 41 s for the store, in $order order 95 % of them within $p95 s",
  (one) => {
    const { mean, p95 } = iterationsOf(
      system({
        people: {
          executor: { type: "constant-vus", vus: 500, duration: "180s" },
          sleep: "1s",
          sleepAfter: "success",
          patience: "2m",
          classes: [
            { name: "post", cpu: "exponential mean 5ms", steps: TURNS },
            { name: "turn", share: 0, cpu: `${one.order === "fifo" ? 4125 : 4246}us` },
          ],
        },
        api: { cores: 8, cpuDiscipline: one.order },
        others: (world) => [
          service.build(world, "store", service.options.parse({ cores: 1, cpuDiscipline: one.order })),
        ],
      }),
      240,
    );
    near(mean, 41, 0.04);
    near(p95, one.p95, 0.06);
  },
);
