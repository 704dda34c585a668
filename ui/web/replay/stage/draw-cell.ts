import type { Colours } from "./colours.ts";
import { drawPod, hatch } from "./draw-pod.ts";
import { drawSlots } from "./draw-slots.ts";
import type { Box, Placed } from "./layout.ts";
import type { Bar, Look } from "./look.ts";

type Context = CanvasRenderingContext2D;

const FONT = "11px system-ui, sans-serif";
const BOLD = "600 12px system-ui, sans-serif";

/** What a place shows at a moment. It covers its place entirely, so that nothing of an earlier moment is left. */
export function drawCell(context: Context, place: Placed, look: Look, colours: Colours): void {
  context.save();
  context.beginPath();
  context.rect(place.x, place.y, place.width, place.height);
  context.clip();
  context.clearRect(place.x, place.y, place.width, place.height);
  context.fillStyle = place.actor.sort === "node" || place.actor.sort === "pod" ? colours.back : colours.panel;
  context.fillRect(place.x, place.y, place.width, place.height);
  if (place.actor.sort === "pod") drawPod(context, place, look, colours);
  else if (place.actor.sort === "node") drawNode(context, place, look, colours);
  else if (place.height < 24) drawLine(context, place, look, colours);
  else drawBox(context, place, look, colours);
  context.restore();
}

/** Everything that a picture of a look follows from; a pod is drawn without words. */
export function signatureOf({ actor, state, told, bars, slots, queue, isAlert }: Look): string {
  if (actor.sort === "pod") return JSON.stringify([state, queue, bars.map(({ share, isFull }) => [share, isFull])]);
  return JSON.stringify([told, bars, slots, isAlert]);
}

/** A zone, or a component whose pods stand below: name and numbers in one line. */
function drawLine(context: Context, { x, y, width, height, actor }: Placed, look: Look, colours: Colours): void {
  const isZone = actor.sort === "zone";
  const baseline = y + height - 5;
  context.font = isZone ? FONT : BOLD;
  context.fillStyle = isZone ? colours.quiet : colours.text;
  const left = x + (isZone ? 0 : 6);
  const name = fitted(context, actor.label, width * 0.45);
  context.fillText(name, left, baseline);
  const after = left + context.measureText(name).width + 8;
  context.font = FONT;
  context.fillStyle = look.isAlert ? colours.bad : colours.quiet;
  const told = `${look.isAlert ? "▲ " : ""}${look.told.join(" · ")}`;
  context.fillText(fitted(context, told, x + width - 4 - after), after, baseline);
}

/** A node: its name, how much comes in and goes out, and room for its pods. */
function drawNode(context: Context, place: Placed, look: Look, colours: Colours): void {
  const { x, y, width, height, actor } = place;
  context.strokeStyle = look.isAlert ? colours.bad : colours.line;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  context.font = "10px system-ui, sans-serif";
  context.fillStyle = look.isAlert ? colours.bad : colours.quiet;
  const label = `${look.isAlert ? "▲ " : ""}${actor.label}`;
  context.fillText(fitted(context, label, width - 8), x + 4, y + 11);
  for (const [at, bar] of look.bars.entries()) {
    const half = Math.floor((width - 12) / 2);
    const left = x + 4 + at * (half + 4);
    context.fillStyle = bar.isFull ? colours.bad : colours.quiet;
    context.font = "9px system-ui, sans-serif";
    const text = `${at === 0 ? "↓" : "↑"}${bar.text.replace(" Mbit/s", "")}`;
    context.fillText(fitted(context, text, half), left, y + 21);
    drawBar(context, { x: left, y: y + 23, width: half, height: 4 }, bar, colours);
  }
  if (height < 50) {
    context.fillStyle = colours.quiet;
    context.fillText(fitted(context, look.told.join(" · "), width - 8), x + 4, y + height - 5);
  }
}

/** A component without pods: its name, its numbers, and the connections of a database. */
function drawBox(context: Context, place: Placed, look: Look, colours: Colours): void {
  const { x, y, width, height, actor } = place;
  context.strokeStyle = look.isAlert ? colours.bad : colours.line;
  context.lineWidth = look.isAlert ? 2 : 1;
  context.strokeRect(x + 1, y + 1, width - 2, height - 2);
  context.font = BOLD;
  context.fillStyle = colours.text;
  const [bar] = look.bars;
  const text = bar === undefined ? "" : `${bar.isFull ? "▲ " : ""}${bar.text}`;
  const taken = context.measureText(text).width;
  context.fillText(fitted(context, actor.label, width - 24 - taken), x + 8, y + 17);
  context.fillStyle = bar?.isFull ? colours.bad : colours.text;
  context.fillText(text, x + width - 8 - taken, y + 17);
  context.font = FONT;
  let line = y + 32;
  for (const text of linesOf(look, actor.kind)) {
    if (line > y + height - 6) break;
    context.fillStyle = line === y + 32 ? colours.text : colours.quiet;
    context.fillText(fitted(context, text, width - 16), x + 8, line);
    line += 14;
  }
  if (look.slots === undefined) return;
  const top = line - 6;
  drawSlots(context, { x: x + 8, y: top, width: width - 16, height: y + height - 6 - top }, look.slots, colours);
}

/** Databases tell who has their connections in a grid and a line; the others have a line for each number. */
function linesOf({ told, slots }: Look, kind: string): string[] {
  if (slots === undefined) return [...told, ...(told.length === 0 ? [kind] : [])];
  const owners = slots.told;
  const others = told.slice(0, told.length - owners.length);
  return [others.join(" · "), ...owners.slice(0, 3)].filter((text) => text !== "");
}

/** A bar up to its limit, which is a tick; without one it is as long as the most that there ever was. */
function drawBar(context: Context, { x, y, width, height }: Box, bar: Bar, colours: Colours): void {
  context.fillStyle = colours.line;
  context.fillRect(x, y + height - 1, width, 1);
  const filled = Math.round(bar.share * width);
  context.fillStyle = bar.isFull ? colours.bad : colours.accent;
  context.fillRect(x, y, filled, height);
  if (bar.isFull) hatch(context, { x, y, width: filled, height }, colours.back, 4);
  context.fillStyle = colours.text;
  if (bar.hasLimit) context.fillRect(x + width - 1, y - 2, 1, height + 3);
}

/** A text cut to a width. */
function fitted(context: Context, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return length === 0 ? "" : `${text.slice(0, length)}…`;
}
