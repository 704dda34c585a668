import { expect, test } from "vitest";
import { AimdLimit } from "../../models/limiter/aimd-limit.ts";
import { Gradient2Limit } from "../../models/limiter/gradient2-limit.ts";
import { VegasLimit } from "../../models/limiter/vegas-limit.ts";
import { WindowedLimit } from "../../models/limiter/windowed-limit.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { testWorld } from "../world.ts";

function vegas(most = 1000): VegasLimit {
  return new VegasLimit(most, testWorld().sim.streams.stream("limiter", "probe"));
}

test("Vegas grows by six logarithms while no queue stands: 20 to 26 to 32", () => {
  const limit = vegas();
  expect(limit.limit).toBe(20);
  limit.sample(10 * MILLISECOND, 20, false);
  expect(limit.limit).toBe(20);
  limit.sample(10 * MILLISECOND, 20, false);
  limit.sample(10 * MILLISECOND, 26, false);
  expect(limit.limit).toBe(32);
});

test("Vegas counts what calls take longer as a queue: two of it grow by one, four stay, seven shrink by one", () => {
  // With a limit of 20 and 10 ms at the fastest, queue = ceil(20 (1 - 10 / rtt)).
  const after = (rtt: number) => {
    const limit = vegas();
    limit.sample(10_000, 20, false);
    limit.sample(rtt, 20, false);
    return limit.limit;
  };
  expect(after(10_400)).toBe(26);
  expect(after(11_000)).toBe(21);
  expect(after(12_500)).toBe(20);
  expect(after(15_000)).toBe(19);
});

test("Vegas shrinks at a drop, and does not grow while less than half of the limit is used", () => {
  const limit = vegas();
  limit.sample(10_000, 20, false);
  limit.sample(10_000, 9, false);
  expect(limit.limit).toBe(20);
  limit.sample(10_000, 9, true);
  expect(limit.limit).toBe(19);
});

test("Vegas forgets the fastest call after some 30 times the limit of samples", () => {
  const limit = vegas(20);
  limit.sample(1_000, 20, false);
  for (let n = 0; n < 700; n++) limit.sample(10_000, 20, false);
  // Measured anew, 10 ms are the fastest and no queue: the limit is back at its most.
  expect(limit.limit).toBe(20);
});

test("Gradient2 adds a fifth of four while calls take as long as ever, and falls to nine tenths of it when they take thrice as long", () => {
  const limit = new Gradient2Limit();
  for (let n = 0; n < 100; n++) limit.sample(10_000, 200);
  expect(limit.limit).toBe(100);
  const long = 10_000 * (1 - 2 / 601) + 40_000 * (2 / 601);
  const gradient = Math.max(0.5, (1.5 * long) / 40_000);
  limit.sample(40_000, 200);
  expect(limit.limit).toBe(Math.floor(0.8 * 100 + 0.2 * (gradient * 100 + 4)));
});

test("Gradient2 stays between 20 and 200", () => {
  const limit = new Gradient2Limit();
  for (let n = 0; n < 1000; n++) limit.sample(10_000, 1000);
  expect(limit.limit).toBe(200);
  for (let n = 0; n < 30; n++) limit.sample(1_000_000, 1000);
  expect(limit.limit).toBeLessThan(100);
});

test("AIMD adds one at a time and takes a tenth away at a drop or after 5 s", () => {
  const limit = new AimdLimit();
  for (let n = 0; n < 80; n++) limit.sample(10_000, 100, false);
  expect(limit.limit).toBe(100);
  limit.sample(10_000, 49, false);
  expect(limit.limit).toBe(100);
  limit.sample(10_000, 100, true);
  expect(limit.limit).toBe(90);
  limit.sample(5 * SECOND + 1, 100, false);
  expect(limit.limit).toBe(81);
  for (let n = 0; n < 50; n++) limit.sample(10_000, 100, true);
  expect(limit.limit).toBe(20);
});

test("windows of a second with ten samples or more make one of their average", () => {
  const limit = new WindowedLimit(new AimdLimit());
  for (let n = 1; n <= 300; n++) limit.sample(20_000, 100, false, n * 10 * MILLISECOND);
  // The first sample is alone in its window; two whole seconds follow.
  expect(limit.limit).toBe(22);
  const rare = new WindowedLimit(new AimdLimit());
  for (let n = 1; n <= 30; n++) rare.sample(20_000, 100, false, n * 200 * MILLISECOND);
  expect(rare.limit).toBe(20);
});
