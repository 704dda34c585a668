import type { Words } from "../../words/en.ts";
import { number } from "./number-text.ts";
import type { Moment, Reader } from "./reading.ts";

/** Connections of a database by who has them. */
export interface Slots {
  /** Connections that there is room for, or that there ever were. */
  readonly size: number;
  /** One cell of the grid stands for so many connections. */
  readonly perCell: number;
  readonly owners: readonly { readonly is: Owner; readonly zone: number; readonly count: number }[];
  readonly told: readonly string[];
}
type Owner = "used" | "idle" | "connecting" | "other";

const MOST_CELLS = 400;

interface Room {
  readonly used: number;
  readonly size: number;
  readonly say: Words;
}

/** Who has the connections of a database: pods at work by zone, pools that keep them idle, and what belongs to no pool. */
export function slotsOf(reader: Reader, moment: Moment, id: string, { used, size, say }: Room): Slots {
  const { zones } = reader.recording.header;
  const working = new Map<number, number>();
  let [idle, connecting] = [0, 0];
  for (const pool of moment.poolsTo(id)) {
    const zone = zones.indexOf(pool.zone);
    working.set(zone, (working.get(zone) ?? 0) + pool.used);
    idle += pool.idle;
    connecting += pool.connecting;
  }
  const isPooled = working.size > 0;
  const inUse = [...working].sort(([one], [other]) => one - other).filter(([, count]) => count > 0);
  const known = inUse.reduce((sum, [, count]) => sum + count, 0) + idle + connecting;
  const other = Math.max(0, used - known);
  const owners = [
    ...inUse.map(([zone, count]) => ({ is: "used" as const, zone, count })),
    { is: "idle" as const, zone: -1, count: idle },
    { is: "connecting" as const, zone: -1, count: connecting },
    { is: isPooled ? ("other" as const) : ("used" as const), zone: -1, count: other },
  ].filter(({ count }) => count > 0);
  const told = owners.map(({ is, zone, count }) =>
    say.stage.owners[is](number(count), zones.length > 1 && is === "used" ? (zones[zone] ?? "") : ""),
  );
  return { size, perCell: Math.max(1, Math.ceil(size / MOST_CELLS)), owners, told };
}
