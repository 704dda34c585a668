import { assert } from "../../sim/assert.ts";
import { exp, log } from "../../sim/math.ts";
import { gammaTails } from "../../sim/special-functions.ts";
import { bisect } from "./bisection.ts";

/** The value that chi-square with the given degrees of freedom (above 0) stays below with probability p. */
export function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  assert(p > 0 && p < 1 && degreesOfFreedom > 0, `chi-square of ${p} with ${degreesOfFreedom} degrees of freedom`);
  const isBelow = (x: number) => probabilityBelow(x, degreesOfFreedom) < p;
  let beyond = degreesOfFreedom;
  while (isBelow(beyond)) beyond *= 2;
  return bisect(isBelow, 0, beyond);
}

function probabilityBelow(x: number, degreesOfFreedom: number): number {
  return x === 0 ? 0 : exp(gammaTails(degreesOfFreedom / 2, log(x / 2)).below);
}
