import type { Recording } from "../../../../scenarios/recording/recording.ts";
import type { Micros } from "../../../../sim/time.ts";
import type { Words } from "../../words/en.ts";
import { busiest, dotsAt, type Flow, flowsOf, requestsPerDot } from "./flow.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Look, Looks } from "./look.ts";
import { type Actor, type Level, type Plan, planOf } from "./plan.ts";
import { type Moment, Reader } from "./reading.ts";

/** How the stage is looked at. */
export interface View {
  readonly level: Level;
  readonly width: number;
  readonly selected: string;
  /** Requests as moving dots or as still lines. */
  readonly flow: "dots" | "lines";
  /** Share of the dots that is drawn, where the machine is too slow for all. */
  readonly detail: number;
  /** Seconds of the run per second of watching. */
  readonly pace: number;
  readonly say: Words;
}

/** Everything there is to draw of a moment. It follows from recording, time and view alone. */
export interface Scene {
  readonly layout: Layout;
  /** One for each place of the layout. */
  readonly looks: readonly Look[];
  readonly flows: readonly Flow[];
  readonly dots: readonly number[];
  /** Width of each edge, from 1 to 6. */
  readonly widths: readonly number[];
  readonly requestsPerDot: number;
  readonly moment: Moment;
  readonly time: Micros;
  readonly view: View;
}

const WIDTHS = 6;

/** A recording made ready for drawing: what does not change with time is worked out once. */
export class Stage {
  readonly plan: Plan;
  readonly reader: Reader;
  readonly flows: readonly Flow[];
  /** Requests per second on the busiest link at its busiest. */
  readonly busiest: number;
  private readonly looks: Looks;
  private kept: { readonly key: string; readonly layout: Layout } | undefined;

  constructor(recording: Recording) {
    this.plan = planOf(recording.header);
    this.reader = new Reader(recording, this.plan);
    this.flows = flowsOf(this.reader, this.plan);
    this.busiest = busiest(this.flows);
    this.looks = new Looks(this.reader);
  }

  layout(level: Level, width: number): Layout {
    const key = `${level} ${width}`;
    if (this.kept?.key !== key) this.kept = { key, layout: layoutOf(this.plan, level, width) };
    return this.kept.layout;
  }

  look(actor: Actor, moment: Moment, say: Words): Look {
    return this.looks.of(actor, moment, say);
  }

  scene(time: Micros, view: View, before?: Scene): Scene {
    const layout = this.layout(view.level, view.width);
    const moment = this.reader.at(time);
    const isSame = before?.moment.bin === moment.bin && before.layout === layout && before.view.say === view.say;
    const looks = isSame ? before.looks : layout.placed.map(({ actor }) => this.look(actor, moment, view.say));
    const dots = dotsAt(this.flows, moment.bin, this.busiest, view.detail);
    const widths = this.flows.map(({ rate }) => widthOf(rate[moment.bin] ?? 0, this.busiest));
    const perDot = requestsPerDot(this.flows, moment.bin, dots);
    return { layout, looks, flows: this.flows, dots, widths, requestsPerDot: perDot, moment, time, view };
  }
}

function widthOf(rate: number, most: number): number {
  return most === 0 ? 1 : 1 + Math.round((WIDTHS - 1) * Math.sqrt(rate / most));
}
