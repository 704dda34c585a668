import type { Colours } from "./colours.ts";
import { drawCell, signatureOf } from "./draw-cell.ts";
import { fails, wayOf } from "./flow.ts";
import { EDGE_POINTS, type Edge, type Layout } from "./layout.ts";
import type { Scene } from "./scene.ts";

type Context = CanvasRenderingContext2D;

/** Side of a dot, in CSS pixels. */
const DOT = 4;
/** Backing stores do not become larger than that. */
const MANY_PIXELS = 4_000_000;

/** The three canvases of the stage, one over the other: what stands still, what changes with the bins, what moves. */
export interface Canvases {
  readonly base: HTMLCanvasElement;
  readonly cells: HTMLCanvasElement;
  readonly fx: HTMLCanvasElement;
}

/**
 * Paints scenes. It remembers what is on the canvases only to leave alone what would come out the same: a scene gives
 * the same pixels whatever was painted before.
 */
export class Painter {
  /** What the latest scene cost. */
  readonly counts = { dots: 0, cells: 0, paints: 0 };
  private readonly canvases: Canvases;
  private layout: Layout | undefined;
  private colours: Colours | undefined;
  private ratio = 0;
  private base = "";
  private signatures: string[] = [];

  constructor(canvases: Canvases) {
    this.canvases = canvases;
  }

  paint(scene: Scene, colours: Colours): void {
    this.fit(scene.layout, colours);
    this.counts.paints++;
    const base = scene.widths.join();
    if (base !== this.base) this.paintBase(scene, colours);
    this.base = base;
    this.paintCells(scene, colours);
    this.paintFx(scene, colours);
  }

  private fit(layout: Layout, colours: Colours): void {
    const ratio = ratioFor(layout);
    if (layout === this.layout && ratio === this.ratio && sameColours(colours, this.colours)) return;
    [this.layout, this.ratio, this.colours] = [layout, ratio, colours];
    this.base = "";
    this.signatures = [];
    for (const canvas of Object.values(this.canvases) as HTMLCanvasElement[]) {
      canvas.width = Math.round(layout.width * ratio);
      canvas.height = Math.round(layout.height * ratio);
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${layout.height}px`;
      contextOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  private paintBase({ layout, widths }: Scene, colours: Colours): void {
    const context = contextOf(this.canvases.base);
    context.fillStyle = colours.back;
    context.fillRect(0, 0, layout.width, layout.height);
    for (const [at, edge] of layout.edges.entries()) drawEdge(context, edge, widths[at]!, colours);
    for (const { x, y, width, height } of layout.frames) {
      context.fillStyle = colours.panel;
      context.fillRect(x, y, width, height);
      context.strokeStyle = colours.line;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    }
  }

  /** Those within a box are painted anew with it: pods stand in nodes. */
  private paintCells({ layout, looks }: Scene, colours: Colours): void {
    const context = contextOf(this.canvases.cells);
    const dirty = new Set<string>();
    this.counts.cells = 0;
    for (const [at, place] of layout.placed.entries()) {
      const signature = signatureOf(looks[at]!);
      const isDirty = signature !== this.signatures[at] || (place.actor.sort === "pod" && dirty.has(place.actor.node));
      if (!isDirty) continue;
      this.signatures[at] = signature;
      if (place.actor.sort === "node") dirty.add(place.actor.id);
      drawCell(context, place, looks[at]!, colours);
      this.counts.cells++;
    }
  }

  private paintFx(scene: Scene, colours: Colours): void {
    const { layout, view } = scene;
    const context = contextOf(this.canvases.fx);
    context.clearRect(0, 0, layout.width, layout.height);
    this.counts.dots = view.flow === "dots" ? drawDots(context, scene, colours) : 0;
    if (view.flow === "lines") drawLines(context, scene, colours);
    const selected = layout.placed.find(({ actor }) => actor.id === view.selected);
    if (selected === undefined) return;
    context.strokeStyle = colours.accent;
    context.lineWidth = 3;
    context.strokeRect(selected.x, selected.y, selected.width, selected.height);
  }
}

/** Requests that go well are squares; those that fail are diamonds that fall at their end. Gives how many there are. */
function drawDots(context: Context, { layout, flows, dots, moment, time, view }: Scene, colours: Colours): number {
  let count = 0;
  for (const isFailing of [false, true]) {
    context.fillStyle = isFailing ? colours.bad : colours.text;
    context.beginPath();
    for (const [at, edge] of layout.edges.entries()) {
      const share = flows[at]!.failed[moment.bin] ?? 0;
      for (let dot = 0; dot < dots[at]!; dot++) {
        if (fails(at, dot, share) !== isFailing) continue;
        addDot(context, edge, wayOf(at, dot, time, view.pace), isFailing);
        count++;
      }
    }
    context.fill();
  }
  return count;
}

function addDot(context: Context, { points }: Edge, way: number, isFailing: boolean): void {
  const at = Math.min(EDGE_POINTS - 1, Math.floor(way * EDGE_POINTS)) * 2;
  const [x, y] = [points[at]!, points[at + 1]!];
  if (!isFailing) return context.rect(x - DOT / 2, y - DOT / 2, DOT, DOT);
  const fall = way > 0.8 ? (way - 0.8) * 60 : 0;
  context.moveTo(x, y - DOT + fall);
  context.lineTo(x + DOT, y + fall);
  context.lineTo(x, y + DOT + fall);
  context.lineTo(x - DOT, y + fall);
}

/** Arrows, and beside those on which something fails a dashed line. */
function drawLines(context: Context, { layout, flows, moment }: Scene, colours: Colours): void {
  for (const [at, { points }] of layout.edges.entries()) {
    const { rate, failed } = flows[at]!;
    if ((rate[moment.bin] ?? 0) === 0) continue;
    const [x, y] = [points[EDGE_POINTS]!, points[EDGE_POINTS + 1]!];
    const angle = Math.atan2(points[EDGE_POINTS + 5]! - y, points[EDGE_POINTS + 4]! - x);
    context.fillStyle = colours.text;
    context.beginPath();
    context.moveTo(x + 7 * Math.cos(angle), y + 7 * Math.sin(angle));
    context.lineTo(x + 6 * Math.cos(angle + 2.4), y + 6 * Math.sin(angle + 2.4));
    context.lineTo(x + 6 * Math.cos(angle - 2.4), y + 6 * Math.sin(angle - 2.4));
    context.fill();
    if ((failed[moment.bin] ?? 0) === 0) continue;
    context.strokeStyle = colours.bad;
    context.lineWidth = 2;
    context.setLineDash([5, 4]);
    tracePath(context, points, 5);
    context.setLineDash([]);
  }
}

function drawEdge(context: Context, { points }: Edge, width: number, colours: Colours): void {
  context.strokeStyle = colours.line;
  context.lineWidth = width;
  tracePath(context, points, 0);
}

function tracePath(context: Context, points: Float64Array, below: number): void {
  context.beginPath();
  context.moveTo(points[0]!, points[1]! + below);
  for (let at = 2; at < points.length; at += 2) context.lineTo(points[at]!, points[at + 1]! + below);
  context.stroke();
}

/** Whole, so that a place covers whole pixels and leaves nothing of what was there before at its sides. */
function ratioFor({ width, height }: Layout): number {
  return devicePixelRatio > 1 && width * height * 4 <= MANY_PIXELS ? 2 : 1;
}

function contextOf(canvas: HTMLCanvasElement): Context {
  return canvas.getContext("2d")!;
}

function sameColours(one: Colours, other: Colours | undefined): boolean {
  return other !== undefined && Object.entries(one).every(([name, colour]) => other[name as keyof Colours] === colour);
}
