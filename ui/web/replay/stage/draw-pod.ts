import type { Colours } from "./colours.ts";
import type { Box } from "./layout.ts";
import type { Look } from "./look.ts";
import type { PodState } from "./pod-states.ts";

type Context = CanvasRenderingContext2D;

/** A pod: its state as a glyph on a pattern of its own, how many wait, and how full each of its pools is. */
export function drawPod(context: Context, { x, y, width, height }: Box, look: Look, colours: Colours): void {
  const state = look.state ?? "absent";
  context.strokeStyle = state === "absent" ? colours.line : colours.quiet;
  context.lineWidth = 1;
  context.setLineDash(state === "starting" || state === "draining" ? [3, 2] : state === "absent" ? [1, 3] : []);
  context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
  context.setLineDash([]);
  if (state === "not ready") hatch(context, { x: x + 2, y: y + 2, width: width - 4, height: height - 4 }, colours.warn);
  drawGlyph(context, x + 7, y + 9, state, colours);
  if (state === "absent") return;
  drawQueue(context, { x, y, width, height }, look.queue, colours);
  for (const [at, bar] of look.bars.slice(0, 4).entries()) {
    const left = x + 4 + at * 5;
    const filled = Math.round(bar.share * 6);
    context.fillStyle = bar.isFull ? colours.bad : colours.accent;
    context.fillRect(left, y + height - 3 - filled, 4, filled);
    context.fillStyle = colours.quiet;
    context.fillRect(left, y + height - 3, 4, 1);
    if (bar.isFull) context.fillRect(left - 1, y + height - 10, 6, 1);
  }
}

/** Shapes that are told apart without colour: a disc, half a disc, a ring, a cross, an arrow down, a point. */
export function drawGlyph(context: Context, x: number, y: number, state: PodState, colours: Colours): void {
  context.lineWidth = 2;
  context.strokeStyle = context.fillStyle = colourOf(state, colours);
  context.beginPath();
  if (state === "ready") context.arc(x, y, 4, 0, 2 * Math.PI);
  else if (state === "starting") context.arc(x, y, 4, Math.PI / 2, (3 * Math.PI) / 2);
  else if (state === "not ready") context.arc(x, y, 3, 0, 2 * Math.PI);
  else if (state === "absent") context.arc(x, y, 1, 0, 2 * Math.PI);
  else if (state === "dead") {
    for (const side of [-1, 1]) {
      context.moveTo(x - 3 * side, y - 3);
      context.lineTo(x + 3 * side, y + 3);
    }
  } else {
    context.moveTo(x - 4, y - 3);
    context.lineTo(x + 4, y - 3);
    context.lineTo(x, y + 5);
    context.closePath();
  }
  if (state === "ready" || state === "starting" || state === "draining" || state === "absent") context.fill();
  else context.stroke();
}

/** Lines from the lower left to the upper right, within a box. */
export function hatch(context: Context, { x, y, width, height }: Box, colour: string, step = 5): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += step) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
  context.restore();
}

/** How many wait, as a number as far as there is room, on a bar that grows with their logarithm. */
function drawQueue(context: Context, { x, y, width, height }: Box, queue: number, colours: Colours): void {
  if (queue <= 0) return;
  const length = Math.min(1, Math.log10(1 + queue) / 3);
  const tall = Math.max(2, Math.round(length * (height - 6)));
  context.fillStyle = colours.warn;
  context.fillRect(x + width - 4, y + height - 3 - tall, 2, tall);
  context.fillStyle = colours.text;
  context.font = "8px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(shortly(queue), x + width - 4, y + 11);
  context.textAlign = "left";
}

/** In three signs at the most. */
function shortly(queue: number): string {
  return queue < 1000 ? String(Math.round(queue)) : `${Math.min(99, Math.floor(queue / 1000))}k`;
}

function colourOf(state: PodState, colours: Colours): string {
  if (state === "ready") return colours.good;
  if (state === "dead") return colours.bad;
  return state === "absent" ? colours.line : colours.warn;
}
