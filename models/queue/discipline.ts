import * as z from "zod";
import type { Streams } from "../../sim/random.ts";
import { duration } from "../quantity.ts";
import { AdaptiveLifo } from "./adaptive-lifo.ts";
import { Codel } from "./codel.ts";
import { Fifo } from "./fifo.ts";
import { Lifo } from "./lifo.ts";
import { PriorityOrder } from "./priority.ts";
import { RandomOrder } from "./random.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** The names of the disciplines. */
export const DISCIPLINES = ["fifo", "lifo", "random", "priority", "codel", "adaptive-lifo"] as const;

const interval = duration()
  .prefault("100ms")
  .describe("How long it takes to tell a standing queue from a burst. Source: facebook/folly Codel.cpp, 100 ms.");

const codel = z.strictObject({
  kind: z.literal("codel"),
  target: duration()
    .prefault("5ms")
    .describe(
      "Wait that all may exceed for no longer than the interval; then who has waited twice as long is dropped. Source: facebook/folly Codel.cpp, 5 ms.",
    ),
  interval,
});

const adaptiveLifo = z.strictObject({ kind: z.literal("adaptive-lifo"), interval });

/** Who of those who wait is next. */
export const discipline = z
  .union([
    z.enum(DISCIPLINES).transform((kind) => ({ kind, target: 5000, interval: 100_000 })),
    codel,
    adaptiveLifo.transform((options) => ({ ...options, target: 5000 })),
  ])
  .prefault("fifo");

/** A discipline with its times, in microseconds; only some disciplines use them. */
export interface Discipline {
  readonly kind: (typeof DISCIPLINES)[number];
  readonly target: number;
  readonly interval: number;
}

/** Opens a waiting room; chance, where the discipline has any, comes from a stream named by the path. */
export function openRoom(
  { kind, target, interval }: Discipline,
  limit: number,
  streams: Streams,
  path: string,
): WaitingRoom {
  switch (kind) {
    case "fifo":
      return new Fifo(limit);
    case "lifo":
      return new Lifo(limit);
    case "random":
      return new RandomOrder(limit, streams.stream(path, "turn"));
    case "priority":
      return new PriorityOrder(limit);
    case "codel":
      return new Codel(limit, target, interval);
    case "adaptive-lifo":
      return new AdaptiveLifo(limit, interval);
  }
}
