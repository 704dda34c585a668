import type { Words } from "../../words/en.ts";
import { megabits, number } from "./number-text.ts";
import type { Actor } from "./plan.ts";
import type { PodState } from "./pod-states.ts";
import type { Figure, Moment, Reader } from "./reading.ts";
import { type Slots, slotsOf } from "./slots.ts";

/** A bar with its number: of a limit, or of the most that there ever was if no limit is known. */
export interface Bar {
  readonly label: string;
  readonly text: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly hasLimit: boolean;
  readonly isFull: boolean;
}

/** What is shown of somebody at a moment, in the picture and in the table alike. */
export interface Look {
  readonly actor: Actor;
  readonly state: PodState | undefined;
  /** What is told in words, most important first. */
  readonly told: readonly string[];
  readonly bars: readonly Bar[];
  readonly slots: Slots | undefined;
  readonly queue: number;
  /** Something is at its limit or fails. */
  readonly isAlert: boolean;
}

/** From so much of a limit on something counts as full. */
const FULL = 0.95;

/** Tells of everybody how they look at a moment, in the words of a language. */
export class Looks {
  private readonly reader: Reader;
  private readonly highest = new Map<string, number>();
  private readonly inside = new Map<string, readonly Actor[]>();

  constructor(reader: Reader) {
    this.reader = reader;
  }

  of(actor: Actor, moment: Moment, say: Words): Look {
    if (actor.sort === "pod") return this.podLook(actor, moment, say);
    if (actor.sort === "node") return this.nodeLook(actor, moment, say);
    if (actor.sort === "zone") return zoneLook(actor, moment, this.podsOf(actor), say);
    return this.componentLook(actor, moment, say);
  }

  private podLook(actor: Actor, moment: Moment, say: Words): Look {
    const pools = moment.pools(actor);
    const bars = pools.map(({ to, used, idle, limit }) => barOf(to, used, limit, used + idle));
    const queue = moment.figure(actor.id, "queue") ?? 0;
    const state = moment.state(actor.id);
    const told =
      state === "absent" ? [] : this.told(actor, moment, ["busy", "queue", "clients", "asked", "failed"], say);
    const isAlert = bars.some(({ isFull }) => isFull) || (moment.figure(actor.id, "failed") ?? 0) > 0;
    return { actor, state, told, bars, slots: undefined, queue, isAlert };
  }

  private nodeLook(actor: Actor, moment: Moment, say: Words): Look {
    const bars = (["in", "out"] as const).map((direction) => {
      const value = moment.figure(actor.id, direction) ?? 0;
      const limit = moment.limit(actor, direction);
      const most = this.most(actor.id, direction);
      const text = limit === undefined ? megabits(value) : `${megabits(value)}/${megabits(limit)}`;
      return { ...barOf(say.stage[direction], value, limit, most), text: `${text} Mbit/s` };
    });
    const told = readiness(this.podsOf(actor), moment, say);
    return { actor, state: undefined, told, bars, slots: undefined, queue: 0, isAlert: bars.some((bar) => bar.isFull) };
  }

  private componentLook(actor: Actor, moment: Moment, say: Words): Look {
    const used = moment.figure(actor.id, "used");
    const limit = moment.limit(actor, "used");
    const isStore = used !== undefined && moment.figure(actor.id, "replicas") === undefined;
    const most = Math.max(limit ?? 0, this.most(actor.id, "used"));
    const slots = isStore ? slotsOf(this.reader, moment, actor.id, { used, size: most, say }) : undefined;
    const bar = isStore ? barOf(say.stage.used, used, limit, most) : undefined;
    const isFull = isStore && limit !== undefined && used >= limit;
    const bars =
      bar === undefined ? [] : [{ ...bar, isFull, text: `${bar.text}${isFull ? ` ${say.stage.full}` : ""}` }];
    const figures = isStore ? STORE : actor.kind === "load" ? LOAD : OTHERS;
    const told = [...pods(actor, moment, say), ...this.told(actor, moment, figures, say), ...(slots?.told ?? [])];
    const lacks = (moment.figure(actor.id, "ready") ?? 1) < (moment.figure(actor.id, "replicas") ?? 1);
    const isAlert = isFull || lacks || (moment.figure(actor.id, "failed") ?? 0) > 0;
    return { actor, state: undefined, told, bars, slots, queue: moment.figure(actor.id, "queue") ?? 0, isAlert };
  }

  private told(actor: Actor, moment: Moment, figures: readonly Figure[], say: Words): string[] {
    return figures.flatMap((figure) => {
      const value = moment.figure(actor.id, figure);
      if (value === undefined || (value === 0 && figure !== "asked")) return [];
      const limit = actor.sort === "pod" ? moment.limit(actor, figure) : undefined;
      return [say.stage.figures[figure](`${number(value)}${limit === undefined ? "" : `/${number(limit)}`}`)];
    });
  }

  /** The highest value of a figure in the whole run. */
  private most(id: string, figure: Figure): number {
    const key = `${id} ${figure}`;
    const known = this.highest.get(key) ?? this.highestOf(id, figure);
    this.highest.set(key, known);
    return known;
  }

  private highestOf(id: string, figure: Figure): number {
    const rates = this.reader.rates(id, figure);
    if (rates !== undefined) return rates.reduce((most, each) => Math.max(most, each), 0);
    const { header, bins } = this.reader.recording;
    const { max } = bins.gauges[0]!;
    return (this.reader.sourcesOf(id, figure)?.gauges ?? []).reduce((sum, index) => {
      const own = max.subarray(index * header.bins, (index + 1) * header.bins);
      return sum + own.reduce((most, each) => Math.max(most, each), 0);
    }, 0);
  }

  /** The pods of a node, or of a zone of a fleet. */
  private podsOf({ id, sort, zone }: Actor): readonly Actor[] {
    const known = this.inside.get(id);
    if (known !== undefined) return known;
    const tiers = id.slice(0, id.lastIndexOf("@")).split("+");
    const isInside = (pod: Actor) => (sort === "node" ? pod.node === id : pod.zone === zone && tiers.includes(pod.of));
    const found = this.reader.actors.filter((pod) => pod.sort === "pod" && isInside(pod));
    this.inside.set(id, found);
    return found;
  }
}

const LOAD: readonly Figure[] = ["asked", "failed", "busy"];
const STORE: readonly Figure[] = ["asked", "failed", "busy", "queue"];
const OTHERS: readonly Figure[] = ["queue", "asked", "failed", "flows", "busy", "used", "idle", "connecting"];

function barOf(label: string, value: number, limit: number | undefined, most: number): Bar {
  const whole = limit ?? most;
  const share = whole === 0 ? 0 : Math.min(1, value / whole);
  const text = limit === undefined ? number(value) : `${number(value)}/${number(limit)}`;
  return { label, text, share, hasLimit: limit !== undefined, isFull: limit !== undefined && share >= FULL };
}

function zoneLook(actor: Actor, moment: Moment, own: readonly Actor[], say: Words): Look {
  const told = readiness(own, moment, say);
  return { actor, state: undefined, told, bars: [], slots: undefined, queue: 0, isAlert: false };
}

function readiness(own: readonly Actor[], moment: Moment, say: Words): string[] {
  const states = own.map(({ id }) => moment.state(id)).filter((state) => state !== "absent");
  const ready = states.filter((state) => state === "ready").length;
  return states.length === 0 ? [] : [say.stage.readyOf(`${ready}/${states.length}`)];
}

/** How many pods of a component, or behind a balancer, are ready. */
function pods({ id }: Actor, moment: Moment, say: Words): string[] {
  const ready = moment.figure(id, "ready");
  if (ready === undefined) return [];
  const wanted = moment.figure(id, "replicas");
  const pending = moment.figure(id, "pending") ?? 0;
  const text = say.stage.readyOf(wanted === undefined ? number(ready) : `${number(ready)}/${number(wanted)}`);
  return pending === 0 ? [text] : [text, say.stage.figures.pending(number(pending))];
}
