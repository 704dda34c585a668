import { pow } from "../../sim/math.ts";

/** How much work a server gets done in total as more threads run at once. */
export interface Contention {
  /** Share of its speed that the server loses with each running thread that disturbs (queueing for the same thing). */
  readonly sigma: number;
  /** The same for each pair of them (keeping each other's data coherent). */
  readonly kappa: number;
  /** Running threads that do not disturb each other. Default: as many as there are cores. */
  readonly undisturbed?: number | undefined;
  /** Running threads at which half of the throughput is gone for good (scheduling, memory, spinning). */
  readonly cliff: number;
  /** The power with which it falls off the cliff. */
  readonly steepness: number;
  /** Share of the throughput that is left at the foot of the cliff. */
  readonly floor: number;
  /** Busy sessions, running or waiting for a thread, at which half of the throughput is gone. Default: never. */
  readonly crowd?: number | undefined;
}

/** A cliff as far away as this is none. */
export const NO_CLIFF = 1e9;

/**
 * Work done per unit of time by `running` threads on `cores`, in cores, while `busy` sessions have something to do.
 *
 * Four things one after the other. Threads share the cores: linear up to there. Those that disturb each other slow all
 * down as the Universal Scalability Law says (Gunther; Schwartz, Practical Scalability Analysis). Many more, and they
 * thrash: throughput falls off a cliff, down to a floor if there is one. And whatever runs, each session that wants
 * something costs memory, sockets and a place in the caches, so a crowd slows a server that has a thread pool as well.
 * The shape holds for the three machines of test/theory/contention.test.ts, each with one set of parameters.
 */
export function throughputOf(running: number, cores: number, contention: Contention, busy = running): number {
  const { sigma, kappa, undisturbed = cores } = contention;
  const disturbing = Math.max(0, running - undisturbed);
  const usl = 1 + sigma * disturbing + kappa * disturbing * (disturbing + 1);
  return Math.min(running, cores) / (usl * (1 + fall(running, contention)) * (1 + press(busy, contention)));
}

/** How many times the throughput that is left is gone. */
function fall(running: number, { cliff, steepness, floor }: Contention): number {
  if (cliff >= NO_CLIFF) return 0;
  return 1 / (pow(cliff / running, steepness) + floor / (1 - floor));
}

function press(busy: number, { crowd }: Contention): number {
  return crowd === undefined ? 0 : (busy / crowd) * (busy / crowd);
}
