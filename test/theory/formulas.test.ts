import { expect, test } from "vitest";
import {
  boundedLine,
  erlangB,
  erlangC,
  machineRepair,
  meanWait,
  pollaczekKhinchine,
  probesToConsecutiveFailures,
  waitsLongerThan,
} from "./formulas.ts";

test("ten servers at 80, 90 and 95 % make 41, 67 and 83 % of all arrivals wait", () => {
  expect(erlangC(10, 8)).toBeCloseTo(0.40918, 6);
  expect(erlangC(10, 9)).toBeCloseTo(0.668732, 6);
  expect(erlangC(10, 9.5)).toBeCloseTo(0.825586, 6);
});

test("ten servers that each serve ten a second let 80, 90 and 95 a second wait 20, 67 and 165 ms", () => {
  expect(meanWait(10, 80, 10)).toBeCloseTo(0.020459, 6);
  expect(meanWait(10, 90, 10)).toBeCloseTo(0.066873, 6);
  expect(meanWait(10, 95, 10)).toBeCloseTo(0.165117, 6);
  expect(meanWait(10, 100, 10)).toBe(Infinity);
});

test("the wait at one server grows with the square of the service time's spread", () => {
  expect(pollaczekKhinchine(8, 0.1, 0)).toBeCloseTo(0.2, 12);
  expect(pollaczekKhinchine(8, 0.1, 1)).toBeCloseTo(0.4, 12);
  expect(pollaczekKhinchine(8, 0.1, 2)).toBeCloseTo(1, 12);
  expect(pollaczekKhinchine(8, 0.1, 1)).toBeCloseTo(meanWait(1, 8, 10), 12);
});

test("150 connections and one in reserve refuse 2.6 % at 140 Erlangs and 40 % at 250.5", () => {
  expect(erlangB(151, 140)).toBeCloseTo(0.025509, 6);
  expect(erlangB(151, 151)).toBeCloseTo(0.062205, 6);
  expect(erlangB(151, 200)).toBeCloseTo(0.258482, 6);
  expect(erlangB(151, 250.5)).toBeCloseTo(0.402986, 6);
  expect(erlangB(300, 250.5)).toBeCloseTo(0.000232, 6);
});

test("501 inserts for each of 500 requests a second fill 151 connections at 0.603 ms each", () => {
  const inserts = 500 * 501;
  expect(inserts).toBe(250_500);
  expect((151 / inserts) * 1000).toBeCloseTo(0.602794, 6);
  expect(inserts * 0.001).toBeCloseTo(250.5, 12);
  expect(inserts * 0.005).toBeCloseTo(1252.5, 12);
  expect((501 * 151) / inserts).toBeCloseTo(0.302, 12);
});

test("three failed probes in a row take 1110 probes at 10 %, 51.5 at 30 %, 14 at 50 % and 3.7 at 90 %", () => {
  expect(probesToConsecutiveFailures(3, 0.1)).toBeCloseTo(1110, 8);
  expect(probesToConsecutiveFailures(3, 0.3)).toBeCloseTo(51.5, 1);
  expect(probesToConsecutiveFailures(3, 0.5)).toBeCloseTo(14, 10);
  expect(probesToConsecutiveFailures(3, 0.9)).toBeCloseTo(3.7, 1);
});

test("without places to wait a bounded line is Erlang's loss system, with very many it is M/M/c", () => {
  expect(boundedLine(5, 5, 4, 1).blocked).toBeCloseTo(erlangB(5, 4), 12);
  expect(boundedLine(5, 500, 4, 1).wait).toBeCloseTo(meanWait(5, 4, 1), 10);
  expect(boundedLine(5, 500, 4, 1).throughput).toBeCloseTo(4, 10);
});

test("one server with room for three at full load is in each of its four states equally often", () => {
  const { probabilities, inside, throughput, timeInside, wait, blocked } = boundedLine(1, 3, 2, 2);
  expect(probabilities).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(inside).toBe(1.5);
  expect(throughput).toBe(1.5);
  expect(blocked).toBe(0.25);
  expect(timeInside).toBe(1);
  expect(wait).toBe(0.5);
});

test("two customers who think as long as they are served share one server: 0.8 customers a turn", () => {
  const { probabilities, throughput, timeInside, blocked } = machineRepair(1, 2, 1, 1);
  expect(probabilities.map((p) => p.toFixed(3))).toEqual(["0.200", "0.400", "0.400"]);
  expect(throughput).toBeCloseTo(0.8, 12);
  // A customer's cycle: thinking and being inside, N / X by Little's law.
  expect(1 + timeInside).toBeCloseTo(2 / 0.8, 12);
  expect(blocked).toBe(0);
});

test("as many servers as customers make nobody wait", () => {
  expect(machineRepair(4, 4, 3, 5).wait).toBeCloseTo(0, 12);
});

test("the waiting time's tail falls exponentially from the share that waits", () => {
  expect(waitsLongerThan(0, 10, 90, 10)).toBeCloseTo(0.668732, 6);
  expect(waitsLongerThan(0.1, 10, 90, 10)).toBeCloseTo(0.668732 * Math.exp(-1), 6);
  expect(waitsLongerThan(1, 10, 100, 10)).toBe(1);
});
