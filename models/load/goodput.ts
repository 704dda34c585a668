import { COHORT_WIDTH, type Cohort } from "../../sim/record/cohort.ts";
import type { Micros } from "../../sim/time.ts";
import type { World } from "../world.ts";
import { FailureSample } from "./failure-sample.ts";
import type { Load } from "./load.ts";
import type { LoadOptions } from "./load-options.ts";
import { Outage } from "./outage.ts";

/** Who of the people of a load is served well in the end, by the second of their birth: all, by class and by zone. */
export class Goodput {
  readonly failures = new FailureSample();
  readonly all: Cohort;
  private readonly byClass: readonly Cohort[];
  /** By zone of the world; undefined where the load has nobody. */
  private readonly byZone: readonly (Cohort | undefined)[];
  private readonly outages: readonly Outage[];
  /** By second of birth: people who are through. */
  private ended = new Float64Array(64);
  /** Seconds that have been judged. */
  private judged = 0;

  constructor(world: World, load: Load, options: LoadOptions) {
    const { record } = world.sim;
    const zoneOf = (name: string) =>
      name in options.zones ? record.cohort(`${load.path}/${name}`, "goodput", "people") : undefined;
    this.all = record.cohort(load, "goodput", "people");
    this.byClass = options.classes.map(({ name }) => record.cohort(load, `goodput of ${name}`, "people"));
    this.byZone = world.zones.map(zoneOf);
    const { failures } = this;
    const overall = new Outage(world.sim, `${load.path}#outage`, { cohort: this.all, failures, zone: -1 }, load);
    const zones = this.byZone.flatMap((cohort, zone) => {
      return cohort === undefined
        ? []
        : [new Outage(world.sim, `${load.path}/${world.zones[zone]}`, { cohort, failures, zone })];
    });
    this.outages = [overall, ...zones];
  }

  bear(at: Micros, kind: number, zone: number): void {
    this.all.bear(at);
    this.byClass[kind]!.bear(at);
    this.byZone[zone]?.bear(at);
  }

  end(born: Micros, kind: number, zone: number, good: boolean): void {
    const second = Math.floor(born / COHORT_WIDTH);
    if (second >= this.ended.length) this.grow();
    this.ended[second] = this.ended[second]! + 1;
    if (!good) return;
    this.all.succeed(born);
    this.byClass[kind]!.succeed(born);
    this.byZone[zone]?.succeed(born);
  }

  /** Judges the seconds that are over and whose people are all through. */
  judge(now: Micros): void {
    while ((this.judged + 1) * COHORT_WIDTH <= now && this.isSettled(this.judged)) {
      for (const outage of this.outages) outage.judge(this.judged);
      this.judged++;
    }
  }

  private isSettled(second: number): boolean {
    return second >= this.all.length || this.all.born[second] === (this.ended[second] ?? 0);
  }

  private grow(): void {
    const longer = new Float64Array(this.all.born.length);
    longer.set(this.ended);
    this.ended = longer;
  }
}
