import { expect, test } from "vitest";
import type { Bracket, Tried } from "../../../scenarios/study/tipping-point.ts";
import { type Capacity, stateAt } from "../../../scenarios/verdict/capacity.ts";

function triedAt(x: number): Tried {
  return { x, value: `${x}/s`, k: 59, n: 59, low: 0.94, high: 1, fit: 1, side: "above", refused: null };
}

const NOWHERE: Bracket = {
  found: "open",
  share: 0.95,
  confidence: 0.95,
  rises: null,
  low: null,
  high: null,
  isNarrow: false,
  isMonotone: true,
  tried: [],
};
const AT_25: Bracket = { ...NOWHERE, found: "bracket", rises: false, low: triedAt(24), high: triedAt(26) };

function capacityOf(advertised: Bracket, hidden: Bracket | null): Capacity {
  const searched = { low: 20, high: 30, words: "20/s..30/s" };
  return {
    path: "callers.rate",
    searched,
    runs: { n: 66, collapsed: 0 },
    within: 60,
    advertised,
    hidden,
    margin: null,
  };
}

test("a rate is within a bracket only if there is one around it; else it is outside of what was searched, or not known", () => {
  expect(stateAt(25, capacityOf(AT_25, null))).toBe("unclear");
  expect(stateAt(22, capacityOf(AT_25, null))).toBe("unknown");
  expect(stateAt(25, capacityOf(NOWHERE, null))).toBe("unknown");
  expect(stateAt(60, capacityOf(NOWHERE, AT_25))).toBe("outside");
  expect(stateAt(10, capacityOf(AT_25, NOWHERE))).toBe("outside");
  expect(stateAt(60, capacityOf(AT_25, null))).toBe("infeasible");
});
