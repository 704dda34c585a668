/**
 * What queueing theory says, written down plainly so that simulations can be held against it.
 *
 * Rates and times share one unit (per second and seconds, say). `offered` is the load in Erlangs: the arrival rate
 * times the mean service time. Sources: Kleinrock, "Queueing Systems" volume 1; Gross et al., "Fundamentals of Queueing
 * Theory", 4th ed.
 */

/** The share of arrivals that a group of servers without a line turns away (M/G/c/c, any service distribution). */
export function erlangB(servers: number, offered: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked;
}

/** The share of arrivals that must wait for one of the servers (M/M/c); 1 from saturation on. */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  const blocked = erlangB(servers, offered);
  return (servers * blocked) / (servers - offered * (1 - blocked));
}

/** The mean time in line with c servers, Poisson arrivals and exponential service (M/M/c). */
export function meanWait(servers: number, arrivalRate: number, serviceRate: number): number {
  const spare = servers * serviceRate - arrivalRate;
  return spare <= 0 ? Infinity : erlangC(servers, arrivalRate / serviceRate) / spare;
}

/** The share of arrivals that wait longer than t (M/M/c, first come first served). */
export function waitsLongerThan(t: number, servers: number, arrivalRate: number, serviceRate: number): number {
  const spare = servers * serviceRate - arrivalRate;
  return spare <= 0 ? 1 : erlangC(servers, arrivalRate / serviceRate) * Math.exp(-spare * t);
}

/** The mean time in line for one server and any service distribution, by Pollaczek and Khinchine (M/G/1). */
export function pollaczekKhinchine(arrivalRate: number, meanService: number, cv: number): number {
  const utilisation = arrivalRate * meanService;
  if (utilisation >= 1) return Infinity;
  return ((1 + cv * cv) / 2) * (utilisation / (1 - utilisation)) * meanService;
}

/** The long-run averages of a system that holds at most so many at once. */
export interface Bounded {
  /** The probability of 0, 1, 2, ... inside or broken. */
  readonly probabilities: readonly number[];
  /** The mean number inside or broken. */
  readonly inside: number;
  /** Completions per unit of time. */
  readonly throughput: number;
  /** The mean time inside, of those who entered. */
  readonly timeInside: number;
  /** The mean time in line, of those who entered. */
  readonly wait: number;
  /** The share of arrivals turned away. */
  readonly blocked: number;
}

/** c servers and room for `room` in all, line included; who finds it full is turned away (M/M/c/K). */
export function boundedLine(servers: number, room: number, arrivalRate: number, serviceRate: number): Bounded {
  const arrivals = Array.from({ length: room }, () => arrivalRate);
  const probabilities = birthAndDeath(arrivals, servers, serviceRate);
  return averages(probabilities, servers, serviceRate, probabilities[room]!);
}

/**
 * A closed loop: `customers` think for 1 / thinkRate on average, then ask one of the servers for work (machine repair,
 * M/M/c//N). Think times may have any distribution.
 */
export function machineRepair(servers: number, customers: number, thinkRate: number, serviceRate: number): Bounded {
  const arrivals = Array.from({ length: customers }, (_, inside) => (customers - inside) * thinkRate);
  return averages(birthAndDeath(arrivals, servers, serviceRate), servers, serviceRate, 0);
}

/** The probabilities of n inside when the n-th state's arrivals and departures balance. */
function birthAndDeath(arrivalRates: readonly number[], servers: number, serviceRate: number): number[] {
  const weights = [1];
  for (const [n, rate] of arrivalRates.entries()) {
    weights.push((weights[n]! * rate) / (Math.min(n + 1, servers) * serviceRate));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function averages(probabilities: readonly number[], servers: number, serviceRate: number, blocked: number): Bounded {
  const inside = probabilities.reduce((sum, p, n) => sum + n * p, 0);
  const busy = probabilities.reduce((sum, p, n) => sum + Math.min(n, servers) * p, 0);
  const throughput = busy * serviceRate;
  const timeInside = inside / throughput;
  return { probabilities, inside, throughput, timeInside, wait: timeInside - 1 / serviceRate, blocked };
}

/** How many probes it takes on average until `threshold` in a row fail, each failing with probability p by itself. */
export function probesToConsecutiveFailures(threshold: number, p: number): number {
  const all = p ** threshold;
  return (1 - all) / ((1 - p) * all);
}
