import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";

/** A moment of simulated time as people read it: minutes and seconds, "04:30"; tenths where they are not zero. */
export function clock(at: Micros): string {
  const tenths = Math.floor(at / (SECOND / 10));
  const minutes = Math.floor(at / MINUTE);
  const seconds = Math.floor(tenths / 10) - minutes * 60;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(minutes)}:${two(seconds)}${tenths % 10 === 0 ? "" : `.${tenths % 10}`}`;
}
