import { COMPLETE, HEALTHY, PARTIAL, WINDOW } from "../../models/load/outage-rule.ts";

/** How bad it got: complete is goodput under 5 % for at least 60 s, partial is under 90 % for at least 30 s and not complete. */
export type OutageClass = "none" | "partial" | "complete";

const BADNESS: readonly OutageClass[] = ["none", "partial", "complete"];

/** 0 for no outage, 1 for a partial and 2 for a complete one. */
export function severityOf(outage: OutageClass): number {
  return BADNESS.indexOf(outage);
}

/** The outage of a severity; checks compare outages as numbers. */
export function outageOfSeverity(severity: number): OutageClass {
  return BADNESS[severity] ?? "complete";
}

/** The worst of several; none of none. */
export function worstOutage(outages: readonly OutageClass[]): OutageClass {
  return outageOfSeverity(Math.max(0, ...outages.map(severityOf)));
}

/** Requests by the second of their birth, and how many of each second's ended well. */
export interface Goodput {
  readonly born: ArrayLike<number>;
  readonly good: ArrayLike<number>;
}

/** A stretch of time in whole seconds, `until` excluded. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Share of the requests born in a span of seconds that ended well; undefined when nobody asked. */
export function goodputOf({ born, good }: Goodput, from: number, until: number): number | undefined {
  let asked = 0;
  let served = 0;
  for (let second = Math.max(0, from); second < Math.min(until, born.length); second++) {
    asked += born[second]!;
    served += good[second]!;
  }
  return asked === 0 ? undefined : served / asked;
}

/** The longest stretch in which every window of five seconds has a goodput under `level`; windows without requests go on. */
function longestUnder(goodput: Goodput, level: number, from: number, until: number): Stretch {
  let longest: Stretch = { from, until: from };
  let start = -1;
  for (let second = from; second + WINDOW <= until; second++) {
    const share = goodputOf(goodput, second, second + WINDOW);
    const under = share === undefined ? start >= 0 : share < level;
    if (!under) start = -1;
    else if (start < 0) start = second;
    if (under && second + WINDOW - start > longest.until - longest.from)
      longest = { from: start, until: second + WINDOW };
  }
  return longest;
}

/** How bad it got between two seconds of a run. */
export function outageOf(goodput: Goodput, from: number, until: number): OutageClass {
  if (lengthOf(longestUnder(goodput, COMPLETE.under, from, until)) >= COMPLETE.seconds) return "complete";
  if (lengthOf(longestUnder(goodput, PARTIAL.under, from, until)) >= PARTIAL.seconds) return "partial";
  return "none";
}

/** The first second from `after` on from which goodput stays healthy for 30 s; undefined when it does not come back. */
export function recoveryOf(goodput: Goodput, after: number, until: number): number | undefined {
  let since = -1;
  for (let second = after; second + WINDOW <= until; second++) {
    const share = goodputOf(goodput, second, second + WINDOW);
    if (share === undefined || share < HEALTHY.atLeast) since = -1;
    else if (since < 0) since = second;
    if (since >= 0 && second + WINDOW - since >= HEALTHY.seconds) return since;
  }
  return undefined;
}

function lengthOf(stretch: Stretch): number {
  return stretch.until - stretch.from;
}

/** The worst stretch: the complete outage if there was one, else the partial one; null if there was none. */
export function worstOf(goodput: Goodput, from: number, until: number): Stretch | null {
  const outage = outageOf(goodput, from, until);
  if (outage === "none") return null;
  return longestUnder(goodput, outage === "complete" ? COMPLETE.under : PARTIAL.under, from, until);
}
