import { SECOND } from "../../sim/time.ts";
import type { Done, Job } from "../study/job.ts";
import type { Range } from "../study/range.ts";
import type { Study } from "../study/study.ts";
import { type Bracket, bracket } from "../study/tipping-point.ts";
import { type CollapsedState, type CollapseQuestion, collapsedState, forkOf } from "./collapsed-state.ts";
import { fateIn, isHealthy } from "./run-class.ts";

/** Which load is varied, between which rates, and what share of the runs has to be well. */
export interface CapacityQuestion extends CollapseQuestion {
  /** A live rate: "callers.rate". */
  readonly path: string;
  readonly range: Range;
  /** Changes that make the scenario its final configuration, but for the rate. */
  readonly finally: readonly string[];
  /** Default 0.95: a rate that is within the capacity fails in one of twenty runs at most. */
  readonly share?: number | undefined;
  /** The most runs of one rate. */
  readonly most: number;
}

/**
 * How much load a system carries. Advertised: what it carries as long as nothing happens. Hidden: what it carries when it
 * has collapsed before. Between the two it is vulnerable: it works until something happens, and does not come back.
 */
export interface Capacity {
  readonly path: string;
  /** Between which rates the capacities were looked for. */
  readonly searched: { readonly low: number; readonly high: number; readonly words: string };
  /** Runs that were done at the rate of the file, and those of them that collapsed and stayed down. */
  readonly runs: { readonly n: number; readonly collapsed: number };
  /** Seconds that recovery may take, and for which a healthy start is watched. */
  readonly within: number;
  /** From a healthy start, at a constant rate from the first second. */
  readonly advertised: Bracket;
  /** From the failed state, in which the rate is lowered; null where no run collapsed. */
  readonly hidden: Bracket | null;
  /** (advertised - hidden) / advertised, at least and at most; null unless there are both brackets. */
  readonly margin: { readonly low: number; readonly high: number } | null;
}

const MOSTLY = 0.95;
/** Brackets are narrow enough when their ends differ by this share. */
const NARROW = 0.05;

/** Finds both capacities of a rate (definition D5: a dual start at each rate). */
export function* capacity(question: CapacityQuestion): Study<Capacity> {
  const { path, range, most, share = MOSTLY } = question;
  const allowed = question.scenario.recovery.within / SECOND;
  const state = yield* collapsedState({ ...question, replications: most });
  const search = { range, share, within: NARROW };
  const advertised = yield* bracket({
    ...search,
    most,
    about: `advertised capacity: ${path}`,
    jobAt: (rate, replication) => healthyStart(question, rate, replication),
    question: ({ outcome }: Done) => isHealthy(fateIn(outcome)!),
  });
  const failed = state.collapsed.length;
  const hidden =
    failed === 0
      ? null
      : yield* bracket({
          ...search,
          most: failed,
          about: `hidden capacity: ${path}`,
          jobAt: (rate, n) => failedStart(question, state, rate, n),
          question: ({ branches: [branch] }: Done) => branch && isWellIn(branch, allowed),
        });
  const { low, high } = range;
  return {
    path,
    searched: { low, high, words: `${range.write(low)}..${range.write(high)}` },
    runs: { n: state.n, collapsed: failed },
    within: allowed,
    advertised,
    hidden,
    margin: marginOf(advertised, hidden),
  };
}

function healthyStart(question: CapacityQuestion, rate: number, replication: number): Job {
  const { change, seed, scenario, path, range } = question;
  const length = [`duration=${scenario.recovery.within}us`, "checks=[]"];
  const overrides = [...change.overrides, ...question.finally, ...length, `${path}=${range.write(rate)}`];
  return { variant: change.variant, overrides, seed, replication };
}

/** The n-th collapsed replication goes on with another rate from its failed state on. */
function failedStart(question: CapacityQuestion, state: CollapsedState, rate: number, n: number): Job {
  const collapsed = state.collapsed[n]!;
  const { path, range } = question;
  const lower = `timeline.+={ at: ${collapsed.at}us, do: set, target: ${path}, to: ${range.write(rate)} }`;
  return forkOf(question, state, collapsed, [[lower]]);
}

/** In a fork nothing more is done after the instant of the fork, so that its recovery is counted from there. */
function isWellIn(outcome: Done["outcome"], allowed: number): boolean {
  const { timeToRecover } = fateIn(outcome)!;
  return timeToRecover !== null && timeToRecover <= allowed;
}

function marginOf(advertised: Bracket, hidden: Bracket | null): Capacity["margin"] {
  if (!advertised.low || !advertised.high || !hidden?.low || !hidden.high) return null;
  const [a, h] = [advertised, hidden].map(({ low, high }) => [low!.x, high!.x] as const);
  return { low: Math.max(0, 1 - h![1] / a![0]), high: Math.max(0, 1 - h![0] / a![1]) };
}

type CapacityState = "stable" | "vulnerable" | "infeasible" | "unclear" | "outside" | "unknown";

/**
 * What a rate is, by the brackets of both capacities; "unclear" within one of them. Where they do not tell: "outside" of
 * the rates that were searched, or "unknown".
 */
export function stateAt(rate: number, { advertised, hidden, searched }: Capacity): CapacityState {
  if (advertised.high && rate >= advertised.high.x) return "infeasible";
  if (hidden?.low && rate <= hidden.low.x) return "stable";
  const isAboveHidden = hidden?.high && rate >= hidden.high.x;
  if (isAboveHidden && advertised.low && rate <= advertised.low.x) return "vulnerable";
  if (rate < searched.low || rate > searched.high) return "outside";
  return [advertised, hidden].some((bracket) => isWithin(rate, bracket)) ? "unclear" : "unknown";
}

function isWithin(rate: number, bracket: Bracket | null): boolean {
  return !!bracket?.low && !!bracket.high && rate > bracket.low.x && rate < bracket.high.x;
}
