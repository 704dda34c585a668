import { Load } from "../../models/load/load.ts";
import type { TraceOptions } from "../../sim/record/traces.ts";
import { restore, type Snapshot, save } from "../../sim/snapshot.ts";
import type { Micros } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";
import { ScenarioWorld, type WorldPlan } from "./build-world.ts";
import { Timeline } from "./timeline.ts";

/** Which repetition of a scenario, and how closely it is watched. */
export interface RunOptions {
  /** Default: the seed of the scenario. */
  readonly seed?: string | undefined;
  /** Default 0. */
  readonly replication?: number | undefined;
  /** False: totals only, no series. Default true. */
  readonly record?: boolean | undefined;
  /** Invariants are checked each time so many events have passed. */
  readonly checkEvery?: number | undefined;
  /** How many requests are followed. */
  readonly traces?: TraceOptions | undefined;
  /** Entries of the timeline that may follow later, which the world has to have room for. */
  readonly mayFollow?: readonly Action[] | undefined;
}

/** One run of a scenario, from its start as far as it has come. */
export class Run {
  readonly scenario: Scenario;
  readonly world: ScenarioWorld;
  readonly seed: string;
  readonly replication: number;
  private readonly options: RunOptions;
  private readonly timeline: Timeline;

  constructor(scenario: Scenario, options: RunOptions = {}) {
    const { seed = scenario.seed, replication = 0, record = true, checkEvery, traces } = options;
    this.scenario = scenario;
    this.seed = seed;
    this.replication = replication;
    this.options = options;
    const { every, durationsFrom } = scenario.record;
    const binWidth = record ? every : 0;
    const watched = { ...(checkEvery !== undefined && { checkEvery }), ...(traces !== undefined && { traces }) };
    const plan = planOf({ ...scenario, timeline: [...scenario.timeline, ...(options.mayFollow ?? [])] });
    this.world = new ScenarioWorld(plan, { seed, replication, binWidth, durationsFrom, ...watched });
    this.timeline = new Timeline(this.world, scenario);
    this.timeline.start();
  }

  /**
   * Another run that has come as far as this one was when it was saved, and goes on with further entries of the
   * timeline, all of which this one was told of as `mayFollow`. It never looks back: the one goes on without the other.
   */
  fork(saved: Snapshot, scenario: Scenario): Run {
    const other = new Run(this.scenario, this.options);
    restore(other.world.sim, saved);
    other.timeline.extend(scenario.timeline.slice(this.scenario.timeline.length));
    return other;
  }

  /** Everything that has become of it so far, for forks. */
  save(): Snapshot {
    return save(this.world.sim);
  }

  /** When each entry of the timeline came to pass; null where it has not. */
  get moments(): readonly (Micros | null)[] {
    return this.timeline.moments;
  }

  get now(): Micros {
    return this.world.sim.now;
  }

  get isOver(): boolean {
    return this.now >= this.scenario.duration;
  }

  /** Share of the simulated time that has passed, 0 to 1. */
  get progress(): number {
    return Math.min(1, this.now / this.scenario.duration);
  }

  /** Goes on for at most so many events; true once the end is reached. */
  advance(events = Number.POSITIVE_INFINITY): boolean {
    return this.world.sim.runUntil(this.scenario.duration, events);
  }

  get loads(): readonly Load[] {
    return [...this.world.built.values()].map(({ component }) => component).filter((each) => each instanceof Load);
  }
}

/** Runs a scenario to its end. */
export function run(scenario: Scenario, options: RunOptions = {}): Run {
  const whole = new Run(scenario, options);
  whole.advance();
  return whole;
}

/** Pods of a rollout for each replica at most: one that ends, an old one that serves, and a new one. */
const ROLLED = 3;

/** What stands before time begins: the scenario, and how many pods of each deployment there may ever be. */
export function planOf(scenario: Scenario): WorldPlan {
  const replicas = new Map<string, number>();
  for (const [path, { options }] of scenario.components) {
    const { replicas: atStart } = options as { replicas?: number };
    if (atStart !== undefined) replicas.set(path, atStart);
  }
  const raise = (path: string, to: number) => replicas.set(path, Math.max(replicas.get(path) ?? 0, to));
  for (const entry of scenario.timeline) if (entry.do === "scale") raise(entry.target, entry.to);
  for (const { kind, options } of scenario.components.values()) {
    for (const [path, most] of Object.entries(kind.replicas?.(options) ?? {})) raise(path, most);
  }
  const rolled = scenario.timeline.flatMap((entry) => (entry.do === "rollout" ? [entry.target] : []));
  for (const path of new Set(rolled)) raise(path, ROLLED * (replicas.get(path) ?? 1));
  return { ...scenario, replicas };
}
