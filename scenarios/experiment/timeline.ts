import type { Deed } from "../../models/deed.ts";
import type { NetworkNode } from "../../models/network/node.ts";
import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { isFulfilled } from "../check/evaluate.ts";
import type { Moment } from "../check/readings.ts";
import { type Sense, senseOfCondition } from "../check/sense.ts";
import { TextMistake } from "../check/token.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";
import type { ScenarioWorld } from "./build-world.ts";
import { momentOf } from "./measurements.ts";

const DO = 0;
const LOOK = 1;
const RESTORE = 2;

/** A condition that has just ended still counts as the reason for what it made people do, for so long. */
const FRESH: Micros = 60 * SECOND;
/** More reasons than this say no more. */
const REASONS = 3;

/** What the journal says of each deed; `{component}` is what it is done to. */
export const TIMELINE_FACTS: Readonly<Record<string, string>> = {
  scaled: "operators scale {component} to {to} pods",
  "parameter-set": "operators set a parameter of {component} to {to}",
  "rolled-out": "operators roll out another revision of {component}",
  killed: "{count} of {component} are killed",
  restarted: "operators restart {count} of {component}",
  stopped: "{component} is stopped",
  started: "{component} is started",
  drained: "operators drain {count} nodes of {component}",
  "cut-off": "{component} and all of its group are cut off",
  slowed: "{component} and all of its group take {by} times as long",
  "held-back": "nobody does anything to {component}, as is assumed",
  "back-to-normal": "{component} and all of its group work normally again",
};

/** What operators, load and bad luck do to the system: at a time, some time after another entry, or on a condition. */
export class Timeline extends Component {
  private readonly world: ScenarioWorld;
  private entries: readonly Action[];
  private readonly every: Micros;
  private readonly moment: Moment;
  private senses: readonly (Sense | undefined)[];
  /** By entry: how much later it happens, where that is left to chance. */
  private chances: readonly (Stream | undefined)[];
  /** By entry: since when its condition has been fulfilled; -1 while it is not. */
  private since: Float64Array;
  /** By entry: its journal entry once it has happened. */
  private done: Int32Array;

  constructor(world: ScenarioWorld, scenario: Scenario) {
    super(world.sim, "timeline");
    this.world = world;
    this.every = scenario.record.every;
    this.moment = momentOf(world);
    this.entries = Object.freeze([...scenario.timeline]);
    this.senses = this.sensesOf(this.entries);
    this.chances = this.chancesOf(this.entries);
    this.since = new Float64Array(this.entries.length).fill(-1);
    this.done = new Int32Array(this.entries.length).fill(NONE);
  }

  start(): void {
    for (const at of this.entries.keys()) this.schedule(at);
    if (this.senses.some((sense) => sense !== undefined)) this.after(this.every, LOOK);
  }

  /** Further entries, known only now; each happens at its time, or at once if that has passed. */
  extend(more: readonly Action[]): void {
    const known = this.entries.length;
    this.entries = Object.freeze([...this.entries, ...more]);
    this.senses = [...this.senses, ...this.sensesOf(more)];
    this.chances = [...this.chances, ...this.chancesOf(more, known)];
    this.since = new Float64Array([...this.since, ...more.map(() => -1)]);
    this.done = new Int32Array([...this.done, ...more.map(() => NONE)]);
    for (const at of more.keys()) this.schedule(known + at);
    if (this.senses.slice(known).some((sense) => sense !== undefined)) this.after(this.every, LOOK);
  }

  /** When each entry came to pass; null where it has not. */
  get moments(): (Micros | null)[] {
    return [...this.done].map((id) => this.sim.journal.entries[id]?.at ?? null);
  }

  private schedule(at: number): void {
    const planned = this.entries[at]!.at;
    if (planned !== undefined) this.after(Math.max(0, planned - this.now) + this.spreadOf(at), DO, at);
  }

  private sensesOf(entries: readonly Action[]): (Sense | undefined)[] {
    return entries.map((entry) => senseIn(this.moment, entry));
  }

  private chancesOf(entries: readonly Action[], known = 0): (Stream | undefined)[] {
    return entries.map(({ spread }, at) =>
      spread === undefined ? undefined : this.world.sim.streams.stream(this.path, `spread of entry ${known + at + 1}`),
    );
  }

  override on(kind: typeof DO | typeof LOOK | typeof RESTORE, at: number): void {
    if (kind === DO) this.do(at);
    else if (kind === LOOK) this.look();
    else this.restore(at);
  }

  /** Looks at the conditions of the entries that have not happened yet, on the recording grid. */
  private look(): void {
    let open = false;
    for (const [at, sense] of this.senses.entries()) {
      if (sense === undefined || this.done[at] !== NONE) continue;
      open = true;
      const entry = this.entries[at]!;
      if (!isFulfilled(entry.when!, sense, this.moment)) this.since[at] = -1;
      else if (this.since[at]! < 0) this.since[at] = this.now;
      if (this.since[at]! >= 0 && this.now - this.since[at]! >= (entry.for ?? 0)) this.do(at);
    }
    if (open) this.after(this.every, LOOK);
  }

  private do(at: number): void {
    const entry = this.entries[at]!;
    const id = this.write(entry, this.reasonsFor(at));
    this.done[at] = id;
    if (!entry.skipped) this.carryOut(entry, id);
    if (!entry.skipped && (entry.do === "cut" || entry.do === "slow") && entry.lasting !== undefined)
      this.after(entry.lasting, RESTORE, at);
    for (const [later, other] of this.entries.entries()) {
      if (other.after !== undefined && other.after.entry === entry.as)
        this.after(other.after.delay + this.spreadOf(later), DO, later);
    }
  }

  /** How much later than planned an entry happens, drawn from a stream of its own. */
  private spreadOf(at: number): Micros {
    const { spread = 0 } = this.entries[at]!;
    return spread === 0 ? 0 : Math.floor(this.chances[at]!.next() * spread);
  }

  private restore(at: number): void {
    const entry = this.entries[at]!;
    const id = this.sim.journal.action(this.idOf(entry), "back-to-normal", [this.done[at]!], {});
    this.pace(entry.target, 1, id);
  }

  private write(entry: Action, because: readonly JournalId[]): JournalId {
    const [fact, figures] = entry.skipped ? (["held-back", {}] as const) : factOf(entry);
    return this.sim.journal.action(this.idOf(entry), fact, because, figures, entry.because);
  }

  /** The entry that it comes after, or what was the case with the component whose condition was fulfilled. */
  private reasonsFor(at: number): JournalId[] {
    const { after } = this.entries[at]!;
    if (after !== undefined) return [this.done[this.entries.findIndex((entry) => entry.as === after.entry)]!];
    const sense = this.senses[at];
    if (sense === undefined) return [];
    const watched = this.sim.components.find((component) => component.path === sense.selector.component);
    const held = this.sim.journal.entries.filter(
      ({ component, sort, until }) =>
        component === watched?.id && sort === "condition" && (until ?? this.now) >= this.now - FRESH,
    );
    return held
      .map(({ id }) => id)
      .slice(-REASONS)
      .reverse();
  }

  private carryOut(entry: Action, because: JournalId): void {
    switch (entry.do) {
      case "scale":
        return this.act(entry.target, { do: "scale", to: entry.to }, because);
      case "set":
      case "ramp": {
        const [path, parameter] = split(entry.target);
        if (!this.world.built.has(path)) return this.adjustNodes(path, parameter, entry.to);
        if (entry.do === "set") return this.act(path, { do: "set", parameter, to: entry.to }, because);
        return this.act(path, { do: "ramp", parameter, to: entry.to, over: entry.over }, because);
      }
      case "kill":
        return this.act(entry.target, { do: "kill", count: entry.count }, because);
      case "restart":
        return this.act(entry.target, { do: "restart", count: entry.count }, because);
      case "rollout":
      case "stop":
      case "start":
        return this.act(entry.target, { do: entry.do }, because);
      case "drain":
        return this.drain(entry.target, entry.count, because);
      case "cut":
        return this.pace(entry.target, 0, because);
      case "slow":
        return this.pace(entry.target, 1 / entry.by, because);
    }
  }

  private adjustNodes(group: string, parameter: string, to: number): void {
    for (const node of this.nodesOf(group)) node.adjust(parameter, to);
  }

  private act(path: string, deed: Deed, because: JournalId): void {
    const { act } = this.world.built.get(path)!;
    if (act === undefined) throw new Error(`${path} cannot be told to "${deed.do}"`);
    act(deed, because);
  }

  /** Every deployment moves its pods off the first nodes of a group or zone. */
  private drain(place: string, count: number, because: JournalId): void {
    for (const node of this.nodesOf(place).slice(0, count)) {
      for (const { act, component } of this.world.built.values()) {
        if (act !== undefined && "drain" in component)
          act({ do: "drain", node: this.world.nodes.indexOf(node) }, because);
      }
    }
  }

  private pace(place: string, share: number, because: JournalId): void {
    if (this.world.built.has(place)) return this.act(place, { do: "pace", share }, because);
    for (const node of this.nodesOf(place)) node.setPace(share, because);
  }

  private nodesOf(place: string): NetworkNode[] {
    const zone = this.world.zones.indexOf(place);
    return this.world.nodes.filter((node) => node.group === place || node.zone === zone);
  }

  private idOf({ target }: Action): number {
    const path = split(target)[0];
    const { built } = this.world;
    const component = built.get(target)?.component ?? built.get(path)?.component ?? this.nodesOf(path)[0];
    return component?.id ?? this.id;
  }
}

/** "load-test.rate" -> the component and its parameter. */
function split(target: string): [path: string, parameter: string] {
  const dot = target.indexOf(".");
  return dot < 0 ? [target, ""] : [target.slice(0, dot), target.slice(dot + 1)];
}

function factOf(entry: Action): [fact: string, figures: Record<string, number>] {
  switch (entry.do) {
    case "scale":
      return ["scaled", { to: entry.to }];
    case "set":
    case "ramp":
      return ["parameter-set", { to: entry.to }];
    case "kill":
      return ["killed", { count: entry.count }];
    case "restart":
      return ["restarted", { count: entry.count }];
    case "stop":
      return ["stopped", {}];
    case "start":
      return ["started", {}];
    case "rollout":
      return ["rolled-out", {}];
    case "drain":
      return ["drained", { count: entry.count }];
    case "cut":
      return ["cut-off", {}];
    case "slow":
      return ["slowed", { by: entry.by }];
  }
}

function senseIn({ offers }: Moment, { when }: Action): Sense | undefined {
  if (when === undefined) return undefined;
  const sense = senseOfCondition(when, offers);
  if (sense instanceof TextMistake) throw new Error(`${sense.wrong}: ${sense.right}`);
  return sense;
}
