/** A complete outage: goodput under 5 % for at least 60 s. */
export const COMPLETE = { under: 0.05, seconds: 60 } as const;
/** A partial outage: goodput under 90 % for at least 30 s. */
export const PARTIAL = { under: 0.9, seconds: 30 } as const;
/** Back to normal: so much goodput, held for so long. */
export const HEALTHY = { atLeast: 0.95, seconds: 30 } as const;
/** Goodput is judged over windows of this many seconds of birth, so that one lucky request does not end an outage. */
export const WINDOW = 5;
