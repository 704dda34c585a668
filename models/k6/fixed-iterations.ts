import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import type { Load } from "../load/load.ts";
import { Executor, OWN_EVENTS, type Script, type Stage } from "./executor.ts";
import type { IterationOptions } from "./executor-options.ts";
import type { VuId } from "./virtual-users.ts";

const ENTER = OWN_EVENTS;

/**
 * k6's per-vu-iterations and shared-iterations: VUs iterate without a break until so many iterations are done, each its
 * own, or all together. Those that have not started after `maxDuration` are dropped (lib/executor/per_vu_iterations.go,
 * shared_iterations.go).
 */
export class FixedIterations extends Executor {
  readonly beginning = "iterations-begin";
  readonly changing = "vus-change";
  protected readonly stages = Object.freeze({ from: 0, list: Object.freeze([] as Stage[]) });
  private readonly options: IterationOptions;
  /** Iterations that have not started: of each VU, or of all in the first place. */
  private readonly left: Float64Array;

  constructor(sim: Simulation, load: Load, script: Script, options: IterationOptions) {
    super(sim, load, script, options.gracefulStop);
    this.options = options;
    this.left = new Float64Array(options.type === "per-vu-iterations" ? options.vus : 1).fill(options.iterations);
  }

  get figures(): Figures {
    return { vus: this.options.vus, iterations: this.leftOver };
  }

  override on(kind: number, subject: number): void {
    if (kind < OWN_EVENTS) super.on(kind, subject);
    else if (this.isOpen) this.free(subject);
  }

  protected override get regularDuration(): Micros {
    return this.options.maxDuration;
  }

  protected override get leftOver(): number {
    return this.left.reduce((sum, each) => sum + each, 0);
  }

  protected override begin(): void {
    const { vus } = this.options;
    this.metrics.vus.set(vus);
    this.metrics.vusMax.set(vus);
    for (let vu = 0; vu < vus; vu++) this.after(0, ENTER, vu);
  }

  protected override free(vu: VuId): void {
    const own = this.left.length === 1 ? 0 : vu;
    if (this.isOpen && this.left[own]! > 0) {
      this.left[own]!--;
      this.iterate(vu);
    } else {
      this.metrics.vus.add(-1);
      if (this.isOpen && this.vus.busy === 0) this.close();
    }
  }
}
