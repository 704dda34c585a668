import { expect, test } from "vitest";
import { chiSquareQuantile } from "../../../scenarios/statistics/chi-square.ts";
import { escapeRate, kaplanMeier, leastMeanLifetime, medianLifetime } from "../../../scenarios/statistics/survival.ts";

const ended = (time: number) => ({ time, isCensored: false });
const watched = (time: number) => ({ time, isCensored: true });

/** Weeks in remission with 6-mercaptopurine (Freireich et al., Blood 1963): the textbook's example. */
const REMISSIONS = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(ended),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(watched),
];

test("the textbook's remissions survive as Kaplan and Meier's curve has it, with its intervals", () => {
  const steps = kaplanMeier(REMISSIONS).map(({ time, share, low, high }) => [
    time,
    ...[share, low!, high!].map((value) => value.toFixed(6)),
  ]);
  expect(steps).toEqual([
    [6, "0.857143", "0.619718", "0.951552"],
    [7, "0.806723", "0.563147", "0.922809"],
    [10, "0.752941", "0.503200", "0.889362"],
    [13, "0.690196", "0.431610", "0.849066"],
    [16, "0.627451", "0.367511", "0.804912"],
    [22, "0.537815", "0.267779", "0.746791"],
    [23, "0.448179", "0.188052", "0.680143"],
  ]);
});

test("their median is 23 weeks, at least 13, with no upper limit because so many were still well", () => {
  expect(medianLifetime(REMISSIONS)).toEqual({ median: 23, low: 13, high: undefined, n: 21, censored: 12 });
});

test("what is censored is no end: without any end there is no median, and with ends only it is the usual one", () => {
  expect(kaplanMeier([watched(3), watched(5)])).toEqual([]);
  expect(medianLifetime([watched(3), watched(5)]).median).toBeUndefined();
  expect(medianLifetime([ended(1), ended(2), ended(3), ended(9)]).median).toBe(2);
});

test("six that all last equally long have that median for sure, five do not: as order statistics have it", () => {
  expect(medianLifetime([9, 9, 9, 9, 9, 9].map(ended))).toMatchObject({ median: 9, low: 9, high: 9 });
  expect(medianLifetime([9, 9, 9, 9, 9].map(ended))).toMatchObject({ median: 9, low: 9, high: undefined });
  expect(kaplanMeier([ended(1), ended(2)])[1]!.high).toBeCloseTo(1 - 0.025 ** (1 / 2), 12);
});

test("who is watched exactly as long as another lasts is at risk then", () => {
  expect(kaplanMeier([ended(5), watched(5)])[0]!.share).toBe(0.5);
});

test("five escapes in 1000 s are a rate of 0.005, between 0.0016 and 0.0117 per second", () => {
  const { rate, low, high } = escapeRate(5, 1000);
  expect(rate).toBe(0.005);
  expect(low).toBeCloseTo(0.0016234863901184206, 12);
  expect(high).toBeCloseTo(0.01166833207932267, 12);
  expect(escapeRate(0, 1000)).toMatchObject({ rate: 0, low: 0 });
});

test("none in 1000 s lasts 333.8 s on average, or longer", () => {
  expect(leastMeanLifetime(1000)).toBeCloseTo(333.8082006953342, 9);
});

test("the quantiles of chi-square agree to eleven digits with those of another program", () => {
  const table: [number, number, number][] = [
    [0.95, 2, 5.991464547107979],
    [0.975, 2, 7.377758908227871],
    [0.025, 10, 3.2469727802368413],
    [0.975, 12, 23.33666415864534],
    [0.5, 1, 0.454936423119572],
    [0.975, 200, 241.05789550631093],
    [0.05, 0.5, 8.437150840525987e-6],
  ];
  for (const [p, degrees, value] of table)
    expect(Math.abs(chiSquareQuantile(p, degrees) / value - 1)).toBeLessThan(1e-11);
});
