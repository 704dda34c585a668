/** How much work a server gets done in total as more threads run at once. */
export interface Contention {
  /** Share of its speed that the server loses with each running thread beyond its cores (queueing for the same thing). */
  readonly sigma: number;
  /** The same for each pair of threads beyond its cores (keeping each other's data coherent). */
  readonly kappa: number;
  /** Running threads at which half of the throughput is gone for good (scheduling, memory); Infinity for no cliff. */
  readonly cliff: number;
}

/**
 * Work done per unit of time by `running` threads on `cores`, in cores.
 *
 * Linear up to the cores, then a decay in the manner of the Universal Scalability Law (Gunther; Schwartz, Practical
 * Scalability Analysis), then a cliff with the fourth power, as MariaDB's thread-per-connection benchmark shows.
 */
export function throughputOf(running: number, cores: number, contention: Contention): number {
  const beyond = Math.max(0, running - cores);
  const usl = 1 + contention.sigma * beyond + contention.kappa * beyond * (beyond + 1);
  const steep = (running / contention.cliff) * (running / contention.cliff);
  return Math.min(running, cores) / (usl * (1 + steep * steep));
}
