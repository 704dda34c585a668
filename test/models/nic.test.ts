import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bandwidth, UNLIMITED } from "../../models/network/nic.ts";
import { CALL } from "../../models/verb.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { pollaczekKhinchine } from "../theory/formulas.ts";
import { type TestWorldOptions, testWorld } from "../world.ts";

const MBIT = 125_000;
const SECOND = 1_000_000;

/** The sending side of the interface of "node 1", and a request to send. */
function nicOf(given: Partial<Bandwidth>, options: TestWorldOptions = {}) {
  const world = testWorld({
    nodes: [{ bandwidth: { ...UNLIMITED, ...given, burst: given.burst ?? given.base ?? UNLIMITED.burst } }],
    ...options,
  });
  const { sim } = world;
  return { world, sim, nic: world.nodes[0]!.outbound, request: sim.requests.open(0, CALL) };
}

test("64 KiB take 5.243 ms at 100 Mbit/s, and the next 64 KiB wait for them", () => {
  const { nic, request } = nicOf({ base: 100 * MBIT });
  expect(nic.offer(65_536, request)).toBe(5_243);
  expect(nic.offer(65_536, request)).toBe(10_486);
});

test("an interface without a limit takes no time and still counts its bytes", () => {
  const { world, nic, request } = nicOf({});
  expect([nic.offer(1e12, request), nic.offer(1e12, request)]).toEqual([0, 0]);
  expect(world.count("node 1 outbound", "bytes")).toBe(2e12);
});

test("an interface without a limit that is cut off drops all that comes, and what is written down of it are numbers", () => {
  const { sim, nic, request } = nicOf({});
  nic.offer(1_000, request);
  nic.setPace(0, -1);
  sim.runUntil(SECOND);
  expect(nic.offer(500, request)).toBe(-1);
  nic.setPace(1, -1);
  expect(nic.offer(1_000, request)).toBe(0);
  expect([nic.offered, nic.sent, nic.dropped]).toEqual([2_500, 2_000, 500]);
  const figures = sim.journal.entries.flatMap(({ figures }) => Object.values(figures));
  expect(figures.filter((figure) => !Number.isFinite(figure))).toEqual([]);
});

test("a buffer of 100 kB takes messages until it is full and drops all that come after", () => {
  const { world, sim, nic, request } = nicOf({ base: 8 * MBIT, buffer: 100_000 });
  expect(nic.offer(60_000, request)).toBe(60_000);
  expect(nic.offer(60_000, request)).toBe(120_000);
  expect(nic.offer(3_001, request)).toBe(-1);
  expect(nic.offer(3_001, request)).toBe(-1);
  sim.runUntil(20_001);
  expect(nic.offer(3_001, request)).toBe(99_999 + 3_001);
  expect(world.count("node 1 outbound", "dropped")).toBe(6);
  expect(world.count("node 1 outbound", "bw_out_allowance_exceeded")).toBe(40 + 6 + 3);
  expect(nic.dropped).toBe(6_002);
});

test("with 9 MB of credit, 10 MB/s last one second over a base of 1 MB/s, and idling brings the credit back", () => {
  const { sim, nic, request } = nicOf({ base: 1e6, burst: 10e6, credit: 9e6 });
  expect(nic.offer(5e6, request)).toBe(0.5 * SECOND);
  expect(nic.offer(5e6, request)).toBe(1 * SECOND);
  expect(nic.offer(1e6, request)).toBe(2 * SECOND);
  sim.runUntil(2 * SECOND);
  nic.offer(0, request);
  expect([nic.backlog, nic.credit, nic.rate]).toEqual([0, 0, 1e6]);
  sim.runUntil(5 * SECOND);
  nic.offer(0, request);
  expect([nic.credit, nic.rate]).toEqual([3e6, 10e6]);
  sim.runUntil(60 * SECOND);
  nic.offer(0, request);
  expect(nic.credit).toBe(9e6);
});

const traffic = fc.record({
  base: fc.integer({ min: 1_000, max: 1_000_000 }),
  boost: fc.integer({ min: 1, max: 10 }),
  credit: fc.integer({ min: 0, max: 1_000_000 }),
  buffer: fc.integer({ min: 1, max: 100_000 }),
  messages: fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 200_000 }), bytes: fc.integer({ min: 0, max: 60_000 }) }),
    { maxLength: 60 },
  ),
});

test("bytes in are bytes out, plus backlog, plus dropped; and no more goes out than the base rate and the credit allow", () => {
  const check = fc.property(traffic, ({ base, boost, credit, buffer, messages }) => {
    const { sim, nic, request } = nicOf({ base, burst: base * boost, credit, buffer });
    let offered = 0;
    let refused = 0;
    for (const { gap, bytes } of messages) {
      sim.runUntil(sim.now + gap);
      offered += bytes;
      if (nic.offer(bytes, request) < 0) refused += bytes;
      nic.check();
    }
    expect(nic.dropped).toBe(refused);
    expect(Math.abs(offered - nic.sent - nic.backlog - refused)).toBeLessThan(1e-3);
    expect(nic.sent).toBeLessThanOrEqual((base * sim.now) / SECOND + credit + 1e-3);
  });
  fc.assert(check, { seed: 1, numRuns: 300 });
});

test("a message is through exactly when the interface said it would be, if nothing follows it", () => {
  const check = fc.property(traffic, ({ base, boost, credit, messages }) => {
    const { sim, nic, request } = nicOf({ base, burst: base * boost, credit });
    let delay = 0;
    for (const { gap, bytes } of messages) {
      sim.runUntil(sim.now + gap);
      delay = nic.offer(bytes, request);
    }
    const through = sim.now + delay;
    if (delay >= 2) {
      sim.runUntil(through - 2);
      nic.offer(0, request);
      expect(nic.backlog).toBeGreaterThan(0);
    }
    sim.runUntil(through + 1);
    nic.offer(0, request);
    expect(nic.backlog).toBe(0);
  });
  fc.assert(check, { seed: 2, numRuns: 300 });
});

test("messages of one size arriving at random wait as long as an M/D/1 queue says", () => {
  const [load, size, runs, messages] = [0.7, 12_500, 20, 20_000];
  const means = Array.from({ length: runs }, (_, run) => {
    const { sim, nic, request } = nicOf({ base: 100 * MBIT }, { seed: "M/D/1", replication: run });
    const gap = new Exponential(1_000 / load);
    const arrivals = sim.streams.stream("test", "arrivals");
    let at = 0;
    let sum = 0;
    for (let message = 0; message < messages; message++) {
      at += gap.draw(arrivals);
      sim.runUntil(Math.round(at));
      sum += nic.offer(size, request);
    }
    return sum / messages;
  });
  const mean = means.reduce((sum, each) => sum + each, 0) / runs;
  const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (runs - 1);
  const halfWidth = 2.861 * Math.sqrt(variance / runs);
  expect(halfWidth).toBeLessThan(40);
  expect(Math.abs(mean - (1_000 + pollaczekKhinchine(load / 1_000, 1_000, 0)))).toBeLessThan(halfWidth);
});
