import { expect, test } from "vitest";
import { ribbonOf, stateAt, statesOf } from "../../../../ui/web/replay/timeline/ribbon.ts";

const SECOND = 1e6;

/** A run of one load in which a hundred people come in every second. */
function runOf(good: readonly number[], name = "goodput") {
  const load = { path: "k6", people: 0, goodput: null, outage: "none", worst: null, failures: [] } as const;
  const goodput = [{ path: "k6", name, born: good.map(() => 100), good: [...good] }];
  return { loads: [load], goodput, reached: good.length * SECOND };
}

const seconds = (count: number, good: number) => new Array<number>(count).fill(good);

test("forty seconds at 80 % are degraded, and seventy at nothing are a cascade", () => {
  const good = [...seconds(100, 100), ...seconds(40, 80), ...seconds(70, 0), ...seconds(50, 100)];
  expect(ribbonOf(statesOf(runOf(good)))).toEqual([
    { state: "safe", from: 0, until: 98 },
    { state: "degraded", from: 98, until: 140 },
    { state: "cascade", from: 140, until: 210 },
    { state: "degraded", from: 210, until: 214 },
    { state: "safe", from: 214, until: 260 },
  ]);
});

test("a dip of ten seconds, however deep, is no outage, as in the verdict", () => {
  const good = [...seconds(100, 100), ...seconds(10, 0), ...seconds(100, 100)];
  expect(ribbonOf(statesOf(runOf(good)))).toEqual([{ state: "safe", from: 0, until: 210 }]);
});

test("an outage lasts until the end if nothing ends it, and seconds in which nobody comes belong to it", () => {
  const run = runOf([...seconds(50, 100), ...seconds(80, 0)]);
  const total = run.goodput[0]!;
  for (let second = 70; second < 90; second++) total.born[second] = 0;
  expect(ribbonOf(statesOf(run)).at(-1)).toEqual({ state: "cascade", from: 50, until: 130 });
});

test("what one class of requests gets says nothing about the system", () => {
  expect(ribbonOf(statesOf(runOf(seconds(100, 0), "goodput of edge")))).toEqual([
    { state: "safe", from: 0, until: 100 },
  ]);
});

test("at the very end of a run the state is that of its last second", () => {
  const states = statesOf(runOf(seconds(100, 0)));
  expect(stateAt(states, 100 * SECOND)).toBe("cascade");
  expect(stateAt([], 5 * SECOND)).toBe("safe");
});
