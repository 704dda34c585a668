import type { RecordedResult } from "../../scenarios/recording/recorded-result.ts";

/** A result with one of everything. */
export const RESULT: RecordedResult = {
  title: "“Süd”",
  overrides: ["a=1"],
  inputHash: "00",
  reached: 1,
  duration: 2,
  components: [{ path: "machine-1", kind: "machine" }],
  loads: [{ path: "x", people: 3, goodput: null, outage: "none", worst: null, failures: [{ reason: "y", count: 1 }] }],
  checks: [],
  scaleOuts: [],
  limits: [],
  expect: "fails",
  asExpected: true,
  verdict: "공장",
  goodput: [{ path: "x", name: "goodput", born: [3], good: [2] }],
  journal: [
    {
      id: 0,
      sort: "event",
      at: 1,
      until: null,
      component: "x",
      fact: "full",
      figures: { n: 1 },
      text: "x is full",
      because: [],
    },
  ],
  failedAttempts: [{ load: "x", at: 1, reason: "y", class: "z", zone: null, because: 0 }],
  digest: "11",
};
