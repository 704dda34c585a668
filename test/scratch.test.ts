import { test } from "vitest";
import { MeasuredExample } from "./scenarios/measured-example.ts";
test("x", () => {
  for (const o of [[], ["db.fsync=5ms"],["db.fsync=7ms"]]) {
  const e = new MeasuredExample("group-commit", o as string[]);
  for (const j of e.judge(5)) console.log(o, j.figure, j.predicted.mean.toFixed(3), j.measured.mean, j.verdict);
  }
});
