import { SECOND } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import { type Goodput, goodputOf } from "./outage.ts";

/** When a system counts as broken, and when as well again. */
export type Recovery = Scenario["recovery"];

/** How goodput left the healthy band and came back; times in seconds of the run. */
export interface Band {
  /** Goodput was never too low. */
  readonly isNeverLeft: boolean;
  /** From when on goodput was healthy until the end, 0 if it always was; undefined if it was not at the end. */
  readonly healthySince: number | undefined;
  /** The least goodput on the average of as long as it takes to leave the band; 1 if nobody asked. */
  readonly least: number;
}

/**
 * The healthy band with hysteresis: goodput, by the second of birth, leaves it when it is too low for some seconds, and is
 * back once it has been high enough for longer, with a backlog that `isCalm` says is no greater than before.
 */
export function bandOf(
  goodput: Goodput,
  from: number,
  end: number,
  recovery: Recovery,
  isCalm: (second: number) => boolean = () => true,
): Band {
  const { leavesUnder, returnsAt } = recovery;
  const [width, proof] = [recovery.leavesAfter, recovery.returnsAfter].map((span) => Math.ceil(span / SECOND));
  const band = { isNeverLeft: true, healthySince: 0 as number | undefined, least: 1 };
  let back = -1;
  for (let second = from; second + width! <= end; second++) {
    const share = goodputOf(goodput, second, second + width!);
    if (share === undefined) continue;
    band.least = Math.min(band.least, share);
    if (share < leavesUnder) [band.isNeverLeft, band.healthySince] = [false, undefined];
    if (band.healthySince !== undefined) continue;
    if (share < returnsAt || !isCalm(second)) back = -1;
    else if (back < 0) back = second;
    if (back >= 0 && second + width! - back >= proof!) [band.healthySince, back] = [back, -1];
  }
  return band;
}
