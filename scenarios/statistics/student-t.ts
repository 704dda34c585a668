import { assert } from "../../sim/assert.ts";
import { bisect } from "./bisection.ts";
import { incompleteBeta } from "./incomplete-beta.ts";

/** The value that Student's t with the given degrees of freedom (at least 1) stays below with probability p. */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  assert(p > 0 && p < 1 && degreesOfFreedom >= 1, `Student's t of ${p} with ${degreesOfFreedom} degrees of freedom`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -upperPoint(p, degreesOfFreedom);
  return upperPoint(1 - p, degreesOfFreedom);
}

/** The t that is exceeded with probability `tail`, less than a half. */
function upperPoint(tail: number, degreesOfFreedom: number): number {
  const exceedsTail = (t: number) => probabilityAbove(t, degreesOfFreedom) > tail;
  let beyond = 1;
  while (exceedsTail(beyond)) beyond *= 2;
  return bisect(exceedsTail, 0, beyond);
}

function probabilityAbove(t: number, degreesOfFreedom: number): number {
  const square = t * t;
  const total = degreesOfFreedom + square;
  return incompleteBeta(degreesOfFreedom / 2, 0.5, degreesOfFreedom / total, square / total) / 2;
}
