import fc from "fast-check";
import { expect, test } from "vitest";
import { KernelTimers } from "../../models/network/kernel-timers.ts";
import { Streams } from "../../sim/random.ts";

const SECOND = 1_000_000;
const MILLISECOND = 1_000;

function timers(hz: number, seed = "1"): KernelTimers {
  return new KernelTimers(hz, new Streams(seed, 0).stream("test", "kernel timers"));
}

test("exact timers go off when they should", () => {
  const exact = timers(0);
  expect([exact.expiry(123, SECOND), exact.round(200_020)]).toEqual([SECOND + 123, 200_020]);
});

test("at 250 ticks a second the SYNs of a connect follow each other after 2.016, 8.192 and 16.128 s, as measured on Linux 6.18", () => {
  const wheel = timers(250);
  const at = [0];
  for (const seconds of [1, 2, 4, 8, 16]) at.push(wheel.expiry(at[at.length - 1]!, seconds * SECOND));
  const gaps = at.slice(1).map((time, n) => (time - at[n]!) / MILLISECOND);
  expect(gaps[0]).toBeGreaterThan(1000);
  expect(gaps[0]).toBeLessThanOrEqual(1032);
  expect(gaps[1]).toBe(2016);
  expect(gaps[2]! % 32).toBe(0);
  expect(gaps[2]).toBeGreaterThan(4000);
  expect(gaps[2]).toBeLessThanOrEqual(4256);
  expect(gaps.slice(3)).toEqual([8192, 16_128]);
});

test("with linear timeouts the gaps of a second are 1.024 s from the second on", () => {
  const wheel = timers(250);
  const first = wheel.expiry(0, SECOND);
  const second = wheel.expiry(first, SECOND);
  expect([second - first, wheel.expiry(second, SECOND) - second]).toEqual([1_024_000, 1_024_000]);
});

test("a retransmission timeout of 200 ms and a round trip is 51 ticks, and goes off at the 52nd", () => {
  const wheel = timers(250);
  expect(wheel.round(200_020)).toBe(204_000);
  const first = wheel.expiry(0, wheel.round(200_020));
  expect(wheel.expiry(first, wheel.round(200_020)) - first).toBe(208_000);
});

test("a timer is never early, at most an eighth late and a tick, and one set later does not overtake one of the same length", () => {
  const hz = fc.constantFrom(100, 250, 300, 1000);
  const time = fc.integer({ min: 0, max: 3600 * SECOND });
  const timeout = fc.integer({ min: 1, max: 120 * SECOND });
  fc.assert(
    fc.property(hz, time, time, timeout, (ticks, one, other, long) => {
      const wheel = timers(ticks);
      const tick = SECOND / ticks;
      const late = wheel.expiry(one, long) - one - long;
      expect(late).toBeGreaterThanOrEqual(-tick);
      expect(late).toBeLessThanOrEqual(long / 7 + 3 * tick);
      expect(Math.sign(wheel.expiry(one, long) - wheel.expiry(other, long)) * Math.sign(one - other)).not.toBe(-1);
    }),
  );
});

test("those who connect within four milliseconds try again in one batch, or on both sides of one step of the wheel", () => {
  const sizes = Array.from({ length: 200 }, (_, seed) => {
    const wheel = timers(250, `${seed}`);
    return new Set(Array.from({ length: 200 }, (_, n) => wheel.expiry(n * 20, SECOND))).size;
  });
  expect(new Set(sizes)).toEqual(new Set([1, 2]));
  const split = sizes.filter((size) => size === 2).length / sizes.length;
  expect(split).toBeGreaterThan(0.05);
  expect(split).toBeLessThan(0.25);
});
