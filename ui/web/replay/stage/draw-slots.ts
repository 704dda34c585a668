import type { Colours } from "./colours.ts";
import { hatch } from "./draw-pod.ts";
import type { Box } from "./layout.ts";
import type { Slots } from "./slots.ts";

type Context = CanvasRenderingContext2D;

/** The connections of a database as a grid, each by who has it: by zone, idle, logging in, or somebody else's. */
export function drawSlots(context: Context, box: Box, slots: Slots, colours: Colours): void {
  const cells = Math.ceil(slots.size / slots.perCell);
  if (cells === 0) return;
  const side = sideOf(cells, box);
  const columns = Math.max(1, Math.floor(box.width / side));
  const owners = slots.owners.flatMap((owner) =>
    Array.from({ length: Math.round(owner.count / slots.perCell) }, () => owner),
  );
  for (let cell = 0; cell < cells; cell++) {
    const x = box.x + (cell % columns) * side;
    const y = box.y + Math.floor(cell / columns) * side;
    drawSlot(context, { x, y, width: side - 1, height: side - 1 }, owners[cell], colours);
  }
}

/** One connection: full for the first zone, hatched for the others, an outline if idle, a cross-bar or a point otherwise. */
function drawSlot(
  context: Context,
  { x, y, width, height }: Box,
  owner: Slots["owners"][number] | undefined,
  colours: Colours,
): void {
  context.lineWidth = 1;
  context.strokeStyle = owner === undefined ? colours.line : owner.is === "other" ? colours.warn : colours.accent;
  context.fillStyle = context.strokeStyle;
  if (owner === undefined) return context.fillRect(x, y + height - 1, width, 1);
  if (owner.is === "used" && owner.zone < 1) return context.fillRect(x, y, width, height);
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  if (owner.is === "used") hatch(context, { x, y, width, height }, colours.accent, 3);
  if (owner.is === "other") context.fillRect(x + width / 2 - 1, y + height / 2 - 1, 2, 2);
  if (owner.is === "connecting") context.fillRect(x, y + Math.floor(height / 2), width, 1);
}

/** The largest cells that all find room. */
function sideOf(cells: number, { width, height }: Box): number {
  for (let side = 14; side > 4; side--) {
    if (Math.floor(width / side) * Math.floor(height / side) >= cells) return side;
  }
  return 4;
}
