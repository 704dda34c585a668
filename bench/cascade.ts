import type { Figures } from "./measure.ts";
import { figuresOf } from "./own-process.ts";
import type { ReplayFigures } from "./replay.ts";

/** What an attempt through all tiers may cost at most, in customers of the kernel's W2. */
const GOAL_CUSTOMERS = 6;
const GOAL_MB = 200;

const CUSTOMERS = 4_000_000;
const EVENTS_OF_CUSTOMER = 3;
const REPLAYS = 8;
const TIMES = [1, 2, 4, 8];
const TIMES_AS_LONG = [1, 4];
/**
 * The variant that is enlarged, in which nearly all are served. The cascade itself is another story at another size:
 * chance weighs less in a larger database, which then never fills up.
 */
const STEADY = "independent-probe";

/** What replaying the cascade costs. Times are microseconds of processor time. */
export interface CascadeCost {
  /** In turn: an attempt, and a customer of W2. */
  rounds: { replay: ReplayFigures; customerUs: number }[];
  /** The scenario, and it several times as long: one replay each. */
  memory: ReplayFigures[];
  /** The steady variant with 1, 2, 4, 8 times the load on as many pods. */
  load: ReplayFigures[];
  /** With 1, 2, 4, 8 times the pods and the load. */
  pods: ReplayFigures[];
}

/** Measures it, every figure in a process of its own. */
export function costOfCascade(program: string, rounds: number): CascadeCost {
  const customerUs = () => {
    const { s } = figuresOf<Figures>(process.execPath, [program, "w2", `${CUSTOMERS}`, "--json"]);
    return (s / CUSTOMERS) * 1e6;
  };
  const replay = (options: object, ...ofNode: string[]): ReplayFigures => {
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    return figuresOf(process.execPath, [...ofNode, program, "replay", ...words, "--json"]);
  };
  // The first replay has everything compiled; those after it have as many attempts in all at every size.
  const enlarged = (what: "load" | "pods") =>
    TIMES.map((times) => replay({ variant: STEADY, [what]: times, replays: 1 + REPLAYS / times }));
  return {
    rounds: Array.from({ length: rounds }, () => ({
      customerUs: customerUs(),
      replay: replay({ replays: 1 + REPLAYS }),
    })),
    memory: TIMES_AS_LONG.map((duration) => replay({ duration, replays: 1 }, "--expose-gc")),
    load: enlarged("load"),
    pods: enlarged("pods"),
  };
}

/** The cost in words and tables. */
export function reportOf({ rounds, memory, load, pods }: CascadeCost): string {
  const { attempts, events } = rounds[0]!.replay;
  const us = median(rounds.map(({ replay }) => replay.us));
  const first = median(rounds.map(({ replay }) => replay.firstUs));
  const customer = median(rounds.map(({ customerUs }) => customerUs));
  const customers = median(rounds.map(({ replay, customerUs }) => replay.us / customerUs));
  const [each, eachOfW2] = [events / attempts, EVENTS_OF_CUSTOMER];
  return [
    `cascade, all tiers, recorded: ${attempts} attempts of ${each.toFixed(1)} events`,
    `an attempt   ${us.toFixed(2)} us of CPU; ${first.toFixed(2)} us in the first replay of a process, with compiling`,
    `             ${customers.toFixed(1)} customers of W2 at ${customer.toFixed(3)} us; goal: at most ${GOAL_CUSTOMERS}`,
    `an event     ${((customers / each) * eachOfW2).toFixed(1)} events of W2, whose customers have ${eachOfW2}`,
    `memory       ${memory[0]!.peakMB.toFixed(0)} MB at its peak; goal: at most ${GOAL_MB}`,
    "",
    "as long      peak MB    alive MB   of it recorded   bytes per bin      bins",
    ...memory.map((figures, at) => memoryRow(TIMES_AS_LONG[at]!, figures)),
    "",
    "             attempts    failed   events each   us each   metrics",
    ...load.map((figures, at) => costRow("load", TIMES[at]!, figures)),
    ...pods.map((figures, at) => costRow("pods", TIMES[at]!, figures)),
    "",
  ].join("\n");
}

function memoryRow(times: number, { peakMB, aliveMB, recordedMB, bins }: ReplayFigures): string {
  const cells = [
    `x ${times}`.padEnd(10),
    peakMB.toFixed(0).padStart(10),
    aliveMB.toFixed(1).padStart(12),
    recordedMB.toFixed(1).padStart(17),
    ((recordedMB * 2 ** 20) / bins).toFixed(0).padStart(16),
    `${bins}`.padStart(10),
  ];
  return cells.join("");
}

function costRow(what: string, times: number, { attempts, failed, events, us, metrics }: ReplayFigures): string {
  const cells = [
    `${what} x ${times}`.padEnd(10),
    `${attempts}`.padStart(11),
    `${(failed * 100).toFixed(1)} %`.padStart(10),
    (events / attempts).toFixed(1).padStart(14),
    us.toFixed(2).padStart(10),
    `${metrics}`.padStart(10),
  ];
  return cells.join("");
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
