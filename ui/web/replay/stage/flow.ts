import type { Plan } from "./plan.ts";
import type { Reader } from "./reading.ts";

/** Requests on a link, bin after bin. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  /** Requests per second. */
  readonly rate: Float64Array;
  /** Share of them that fails where they come to. */
  readonly failed: Float64Array;
  /** Several ask the same one, and how much each of them asks follows from how much it is asked itself. */
  readonly isShared: boolean;
}

/** Dots of a link at the most, and of all links together. */
const MOST_ON_LINK = 24;
export const MOST_DOTS = 1500;
/** Seconds that a dot is on its way on the screen. */
const TRAVEL = 1.6;

/** What goes over each link. What somebody is asked is recorded; a balancer, who counts flows only, passes it all on. */
export function flowsOf(reader: Reader, { links, fleets }: Plan): Flow[] {
  const kinds = new Map(fleets.flatMap(({ tiers }) => tiers.map(({ id, kind }) => [id, kind])));
  const isAsking = ({ from, to }: Link) => kinds.get(from) !== kinds.get(to) && carries(from, links, kinds, []);
  const asking = links.filter(isAsking);
  const come = new Map<string, Float64Array>();
  const comingTo = (id: string, below: readonly string[]): Float64Array => {
    const known = come.get(id) ?? reader.rates(id, "asked");
    const onward = below.includes(id) ? [] : asking.filter(({ from }) => from === id);
    const sum =
      known ??
      total(
        onward.map((link) => over(link, [...below, id])),
        reader.recording.header.bins,
      );
    if (below.length === 0) come.set(id, sum);
    return sum;
  };
  const over = ({ from, to }: Link, below: readonly string[]): Float64Array => {
    const callers = asking.filter((link) => link.to === to).map((link) => link.from);
    const asked = comingTo(to, below);
    if (callers.length === 1) return asked;
    const own = callers.map((caller) => reader.rates(caller, "asked"));
    const mine = own[callers.indexOf(from)];
    if (mine === undefined || own.includes(undefined)) return asked.map((rate) => rate / callers.length);
    return asked.map(
      (rate, bin) =>
        rate *
        share(
          mine[bin]!,
          own.reduce((sum, each) => sum + each![bin]!, 0),
        ),
    );
  };
  return links.map((link) => {
    const isShared = asking.filter(({ to }) => to === link.to).length > 1;
    const rate = isAsking(link) ? over(link, []) : new Float64Array(reader.recording.header.bins);
    return { ...link, rate, failed: failedAt(reader, link.to, rate), isShared };
  });
}

/** Dots of each link at a bin: as the square root of the rate, against the busiest link of the whole run. */
export function dotsAt(flows: readonly Flow[], bin: number, most: number, detail = 1): number[] {
  const wanted = flows.map(({ rate }) => {
    const now = rate[bin] ?? 0;
    return now > 0 && most > 0 ? Math.max(1, Math.round(MOST_ON_LINK * detail * Math.sqrt(now / most))) : 0;
  });
  const sum = wanted.reduce((all, each) => all + each, 0);
  return sum <= MOST_DOTS
    ? wanted
    : wanted.map((each) => Math.min(each, Math.max(0, Math.floor((each * MOST_DOTS) / sum))));
}

/** The highest rate on any link at any time. */
export function busiest(flows: readonly Flow[]): number {
  return flows.reduce((most, { rate }) => rate.reduce((high, each) => Math.max(high, each), most), 0);
}

/** Requests per second that one dot stands for, on average over all links. */
export function requestsPerDot(flows: readonly Flow[], bin: number, dots: readonly number[]): number {
  const count = dots.reduce((sum, each) => sum + each, 0);
  return count === 0 ? 0 : flows.reduce((sum, { rate }) => sum + (rate[bin] ?? 0), 0) / count;
}

/** How far a dot is on its way, from 0 to 1: it follows from the time alone, so that it can be scrubbed. */
export function wayOf(edge: number, dot: number, micros: number, pace: number): number {
  const phase = hashed(edge, dot, 1) + micros / 1e6 / pace / TRAVEL;
  return phase - Math.floor(phase);
}

/** Whether a dot is one of the failing share of its link. */
export function fails(edge: number, dot: number, share: number): boolean {
  return hashed(edge, dot, 2) < share;
}

interface Link {
  readonly from: string;
  readonly to: string;
}

/** Whether requests of people reach it, and so come from it. */
function carries(
  id: string,
  links: Plan["links"],
  kinds: ReadonlyMap<string, string>,
  below: readonly string[],
): boolean {
  if (kinds.get(id) === "load") return true;
  const callers = links.filter(
    ({ from, to }) => to === id && kinds.get(from) !== kinds.get(id) && !below.includes(from),
  );
  return callers.some(({ from }) => carries(from, links, kinds, [...below, id]));
}

function failedAt(reader: Reader, id: string, rate: Float64Array): Float64Array {
  const failed = reader.rates(id, "failed");
  const asked = reader.rates(id, "asked");
  if (failed === undefined) return new Float64Array(rate.length);
  return failed.map((each, bin) => Math.min(1, share(each, Math.max(each, asked?.[bin] ?? rate[bin]!))));
}

function total(series: readonly Float64Array[], bins: number): Float64Array {
  const sum = new Float64Array(bins);
  for (const one of series) for (let bin = 0; bin < bins; bin++) sum[bin]! += one[bin]!;
  return sum;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** A number from 0 to 1 that looks random (the finalizer of MurmurHash3). */
function hashed(edge: number, dot: number, salt: number): number {
  let bits = Math.imul(edge + 1, 0x9e3779b1) ^ Math.imul(dot + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
