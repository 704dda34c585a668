import { Component } from "../../sim/component.ts";
import { COHORT_WIDTH, type Cohort } from "../../sim/record/cohort.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { FailureSample } from "./failure-sample.ts";
import { COMPLETE, HEALTHY, PARTIAL, WINDOW } from "./outage-rule.ts";

/** Whose people are judged, and what is known of them. */
export interface Judged {
  readonly cohort: Cohort;
  readonly failures: FailureSample;
  /** Index into the zones of the world, or -1 for the people of all zones. */
  readonly zone: number;
}

/**
 * Judges whether the people of a load, or of one of its zones, get what they want.
 *
 * Goodput is taken over those born within five seconds, once all of them have been served or have given up. It is a
 * partial outage once it has stayed under 90 % for 30 s, until it has stayed at 95 % or above for 30 s; and a complete
 * one as well once it has stayed under 5 % for 60 s, until it has not for 30 s. Seconds without births do not count.
 */
export class Outage extends Component {
  private readonly people: Judged;
  private readonly partial: Spell;
  private readonly complete: Spell;

  /** @param owner who the journal speaks of; by default the outage's own path. */
  constructor(sim: Simulation, path: string, people: Judged, owner?: Component) {
    super(sim, path);
    this.people = people;
    this.partial = new Spell(new Condition(sim, owner ?? this, "outage-partial"), PARTIAL.seconds);
    this.complete = new Spell(new Condition(sim, owner ?? this, "outage-complete"), COMPLETE.seconds);
  }

  /** Judges the people born in a second; to be asked for one second after the other. */
  judge(second: number): void {
    const { cohort } = this.people;
    if (second >= cohort.length || cohort.born[second] === 0) return;
    const goodput = this.goodputAt(second);
    this.partial.observe(second, goodput < PARTIAL.under, goodput >= HEALTHY.atLeast);
    this.complete.observe(second, goodput < COMPLETE.under, goodput >= COMPLETE.under);
    this.announce(this.partial, goodput);
    this.announce(this.complete, goodput);
  }

  private announce(spell: Spell, goodput: number): void {
    if (spell.isOver) spell.condition.end();
    if (!spell.isUnderWay) return;
    const { failures, zone } = this.people;
    const causes = failures.causesSince(spell.badSince * COHORT_WIDTH, zone, 2);
    spell.condition.begin(causes, { goodput: Math.round(goodput * 1000) / 10, since: spell.badSince });
  }

  private goodputAt(second: number): number {
    const { born, good } = this.people.cohort;
    let all = 0;
    let served = 0;
    for (let one = Math.max(0, second - WINDOW + 1); one <= second; one++) {
      all += born[one]!;
      served += good[one]!;
    }
    return served / all;
  }
}

/** How long it has been bad, or good, without a break. */
class Spell {
  readonly condition: Condition;
  /** The second from which on it has been bad, or -1. */
  badSince = -1;
  private goodSince = -1;
  private latest = 0;
  private readonly seconds: number;

  constructor(condition: Condition, seconds: number) {
    this.condition = condition;
    this.seconds = seconds;
  }

  observe(second: number, bad: boolean, good: boolean): void {
    this.latest = second;
    if (!bad) this.badSince = -1;
    else if (this.badSince < 0) this.badSince = second;
    if (!good) this.goodSince = -1;
    else if (this.goodSince < 0) this.goodSince = second;
  }

  /** It has been bad for long enough, and is not announced yet. */
  get isUnderWay(): boolean {
    return !this.condition.holds && this.badSince >= 0 && this.latest - this.badSince + 1 >= this.seconds;
  }

  get isOver(): boolean {
    return this.goodSince >= 0 && this.latest - this.goodSince + 1 >= HEALTHY.seconds;
  }
}
