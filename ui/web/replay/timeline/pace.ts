import { type Micros, SECOND } from "../../../../sim/time.ts";

/** Within so much of a marked moment a run is shown no faster than it was. */
const NEAR: Micros = SECOND;
/** From there the pace rises to what it was set to within so much. */
const RAMP: Micros = 2 * SECOND;
/** No step of the clock is longer while moments are near, so that none is jumped over. */
const STEP: Micros = SECOND / 4;

/** Where a run is after somebody has watched it for some microseconds at a pace, slowly around moments (in order). */
export function advanced(time: Micros, watched: Micros, pace: number, moments: readonly Micros[]): Micros {
  if (moments.length === 0 || pace <= 1) return time + watched * pace;
  let at = time;
  let left = watched;
  while (left > 0) {
    const here = paceAt(at, pace, moments);
    const spent = Math.min(left, STEP / here);
    at += spent * here;
    left -= spent;
  }
  return at;
}

/** How fast a run is shown at a moment: real time next to a marked one. */
export function paceAt(time: Micros, pace: number, moments: readonly Micros[]): number {
  const distance = distanceTo(time, moments);
  if (pace <= 1 || distance >= NEAR + RAMP) return pace;
  return 1 + (pace - 1) * Math.max(0, (distance - NEAR) / RAMP);
}

function distanceTo(time: Micros, moments: readonly Micros[]): Micros {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle]! < time) low = middle + 1;
    else high = middle;
  }
  const after = moments[low] ?? Number.POSITIVE_INFINITY;
  const before = moments[low - 1] ?? Number.NEGATIVE_INFINITY;
  return Math.min(after - time, time - before);
}
