/** Whole microseconds since the run began: whole, so that two events meant for the same moment have equal times. */
export type Micros = number;

export const MILLISECOND: Micros = 1_000;
export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60_000_000;
