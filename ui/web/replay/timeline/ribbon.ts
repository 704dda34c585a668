import { COMPLETE, PARTIAL, WINDOW } from "../../../../models/load/outage-rule.ts";
import { type Goodput, goodputOf } from "../../../../scenarios/experiment/outage.ts";
import type { RecordedResult } from "../../../../scenarios/recording/recorded-result.ts";
import { type Micros, SECOND } from "../../../../sim/time.ts";

/** How a system fares: it serves, it serves too few, or next to nobody. */
export type SystemState = "safe" | "degraded" | "cascade";

/** What stands for each state where colour does not. */
export const STATE_GLYPHS: Readonly<Record<SystemState, string>> = { safe: "●", degraded: "▨", cascade: "✕" };

/** Seconds of a run in the same state, `until` excluded. */
export interface Stretch {
  readonly state: SystemState;
  readonly from: number;
  readonly until: number;
}

/**
 * The state of every second of a run, by the rule that its verdict follows: under 5 % of goodput for at least 60 s is a
 * cascade, under 90 % for at least 30 s is degraded. The load that fares worst counts.
 */
export function statesOf({ loads, goodput, reached }: Pick<RecordedResult, "loads" | "goodput" | "reached">) {
  const seconds = Math.ceil(reached / SECOND);
  const states = new Array<SystemState>(seconds).fill("safe");
  for (const total of goodput) {
    if (total.name !== "goodput" || !loads.some(({ path }) => path === total.path)) continue;
    for (const [from, until] of stretchesUnder(total, PARTIAL, seconds)) mark(states, "degraded", from, until);
  }
  for (const total of goodput) {
    if (total.name !== "goodput" || !loads.some(({ path }) => path === total.path)) continue;
    for (const [from, until] of stretchesUnder(total, COMPLETE, seconds)) mark(states, "cascade", from, until);
  }
  return states;
}

/** Seconds in the same state put together. */
export function ribbonOf(states: readonly SystemState[]): Stretch[] {
  const ribbon: Stretch[] = [];
  for (const [second, state] of states.entries()) {
    const last = ribbon.at(-1);
    if (last?.state === state) ribbon[ribbon.length - 1] = { ...last, until: second + 1 };
    else ribbon.push({ state, from: second, until: second + 1 });
  }
  return ribbon;
}

/** The state at a moment; that of the last second known for what comes later. */
export function stateAt(states: readonly SystemState[], time: Micros): SystemState {
  return states[Math.min(states.length - 1, Math.floor(time / SECOND))] ?? "safe";
}

/** Stretches in which every window of five seconds is under a level for long enough; windows without requests go on. */
function stretchesUnder(total: Goodput, { under, seconds: least }: typeof PARTIAL | typeof COMPLETE, seconds: number) {
  const stretches: [from: number, until: number][] = [];
  let start = -1;
  for (let second = 0; second + WINDOW <= seconds + 1; second++) {
    const isOver = second + WINDOW > seconds;
    const share = isOver ? 1 : goodputOf(total, second, second + WINDOW);
    const isUnder = share === undefined ? start >= 0 : share < under;
    if (isUnder && start < 0) start = second;
    if (isUnder || start < 0) continue;
    if (second - 1 + WINDOW - start >= least) stretches.push([start, second - 1 + WINDOW]);
    start = -1;
  }
  return stretches;
}

function mark(states: SystemState[], state: SystemState, from: number, until: number): void {
  states.fill(state, from, until);
}
