import type { Simulation } from "../../sim/simulation.ts";
import type { Load } from "../load/load.ts";
import { ArrivalRate } from "./arrival-rate.ts";
import type { Executor, Script } from "./executor.ts";
import type { ExecutorOptions } from "./executor-options.ts";
import { FixedIterations } from "./fixed-iterations.ts";
import { LoopingVus } from "./looping-vus.ts";

/** Builds the executor that the options ask for. */
export function createExecutor(sim: Simulation, load: Load, script: Script, options: ExecutorOptions): Executor {
  switch (options.type) {
    case "constant-vus":
    case "ramping-vus":
      return new LoopingVus(sim, load, script, options);
    case "per-vu-iterations":
    case "shared-iterations":
      return new FixedIterations(sim, load, script, options);
    case "constant-arrival-rate":
    case "ramping-arrival-rate":
      return new ArrivalRate(sim, load, script, options);
  }
}
