import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { Load } from "../load/load.ts";

/** A shortage that comes back within this time has not ended. */
const CALM: Micros = 5 * SECOND;

/** What there was of VUs, and what was asked of them, when an iteration was dropped. */
export interface Demand {
  readonly vus: number;
  readonly maxVUs: number;
  /** Iterations per second that should start. */
  readonly rate: number;
  /** What an iteration takes at the least: the sleep, and a request that never has to wait. */
  readonly least: Micros;
  /** How many VUs wait for an answer, and what holds most of them up. */
  waiting(): { readonly count: number; readonly because: JournalId };
}

/**
 * Why iterations find no free VU: the load generator has too few, whoever answers; its own link is full; or the answers
 * are slow, which is not its fault.
 */
export class VuShortage {
  private readonly sim: Simulation;
  private readonly load: Load;
  private readonly tooFew: LingeringCondition;
  private readonly ownLink: LingeringCondition;
  private readonly allBusy: LingeringCondition;

  constructor(sim: Simulation, load: Load) {
    const condition = (fact: string) => new LingeringCondition(load, sim, fact, CALM);
    this.sim = sim;
    this.load = load;
    this.tooFew = condition("too-few-vus");
    this.ownLink = condition("own-link-saturated");
    this.allBusy = condition("all-vus-busy");
  }

  /** An iteration finds no free VU. */
  strike(demand: Demand): void {
    if (demand.rate * demand.least >= demand.vus * SECOND) this.blameSettings(demand);
    else if (this.ownLink.current !== NONE) this.ownLink.renew([], () => ({}));
    else if (this.allBusy.current !== NONE) this.allBusy.renew([], () => ({}));
    else this.blameAnswers(demand);
  }

  /** The journal entry that says why iterations are dropped now, or NONE. */
  get current(): JournalId {
    const holding = [this.ownLink, this.allBusy, this.tooFew].find(({ current }) => current !== NONE);
    return holding?.current ?? NONE;
  }

  private blameSettings({ vus, maxVUs, rate, least }: Demand): void {
    const needed = Math.floor((rate * least) / SECOND) + 1;
    this.tooFew.renew([this.load.origin], () => ({ vus, maxVUs, needed, rate, leastMs: inMs(least) }));
  }

  private blameAnswers({ vus, maxVUs, waiting }: Demand): void {
    const { origin, metrics } = this.load;
    const { count, because } = waiting();
    const condition = this.isOwnLink(because) ? this.ownLink : this.allBusy;
    const iterationMs = inMs(metrics.iterationDuration.mean);
    const requestMs = inMs(metrics.durationOfAll.mean);
    condition.renew([because, origin], () => ({ vus, maxVUs, waiting: count, iterationMs, requestMs }));
  }

  private isOwnLink(because: JournalId): boolean {
    const { inbound, outbound } = this.load.machine ?? {};
    const component = this.sim.journal.entries[because]?.component;
    return component !== undefined && (component === inbound?.id || component === outbound?.id);
  }
}

function inMs(time: Micros): number {
  return Math.round(time / MILLISECOND);
}
