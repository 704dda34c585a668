import { type Actor, type Fleet, type Level, type Plan, zonesOf } from "./plan.ts";

/** A place on the stage, in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Somebody and where. */
export interface Placed extends Box {
  readonly actor: Actor;
}

/** Who asks whom, and the way between them: 64 points, x and y in turn. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly points: Float64Array;
}

/** Where everything stands. It depends on the plan, the level and the width alone: not on time, and not on the run. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The frames around fleets. */
  readonly frames: readonly Box[];
  readonly placed: readonly Placed[];
  readonly edges: readonly Edge[];
}

export const EDGE_POINTS = 64;
const POD = { width: 28, height: 24 } as const;
const [PAD, LINE, GAP] = [6, 18, 30];
const NODE_HEAD = 30;
const ZONE_HEAD = 16;
/** Width of a box by what stands in it. */
const NARROW = 106;
const STORE = 200;
const LOOSE = 232;
const HEIGHTS = { narrow: 64, store: 132 } as const;

/** A block with its places counted from its own corner. */
interface Block {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
  readonly isFrame: boolean;
}

export function layoutOf({ fleets, links }: Plan, level: Level, width: number): Layout {
  const isStore = storesIn(fleets, links);
  const depths = [...new Set(fleets.map(({ depth }) => depth))].sort((a, b) => a - b);
  const columns = depths.map((depth) =>
    fleets.filter((fleet) => fleet.depth === depth).map((fleet) => blockOf(fleet, level, isStore)),
  );
  const widths = columns.map((blocks) => Math.max(...blocks.map((block) => block.width)));
  const heights = columns.map((blocks) => blocks.reduce((sum, block) => sum + block.height + PAD * 2, -PAD * 2));
  const height = Math.max(0, ...heights) + PAD * 2;
  const taken = widths.reduce((sum, each) => sum + each, 0) + PAD * 2;
  const between = Math.max(1, columns.length - 1);
  const gap = Math.max(GAP, Math.floor((width - taken) / between));
  const [frames, placed]: [Box[], Placed[]] = [[], []];
  let x = PAD;
  for (const [at, blocks] of columns.entries()) {
    let y = PAD + Math.floor((height - PAD * 2 - heights[at]!) / 2);
    for (const block of blocks) {
      if (block.isFrame) frames.push({ x, y, width: block.width, height: block.height });
      placed.push(...block.placed.map((each) => ({ ...each, x: each.x + x, y: each.y + y })));
      y += block.height + PAD * 2;
    }
    x += widths[at]! + gap;
  }
  return { width: Math.max(width, x - gap + PAD), height, frames, placed, edges: edgesOf(links, placed) };
}

/** Who is at a place; the smallest box if several are. */
export function actorAt({ placed }: Layout, x: number, y: number): Placed | undefined {
  return placed.findLast((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
}

/** Those who have no pods and ask nobody but each other: databases, mostly. */
function storesIn(fleets: readonly Fleet[], links: Plan["links"]): (actor: Actor) => boolean {
  const kinds = new Map(fleets.flatMap(({ tiers }) => tiers.map(({ id, kind }) => [id, kind])));
  return ({ id, kind }) =>
    kind !== "load" &&
    links.some(({ to }) => to === id) &&
    links.every(({ from, to }) => from !== id || kinds.get(to) === kind);
}

function blockOf(fleet: Fleet, level: Level, isStore: (actor: Actor) => boolean): Block {
  const [tier] = fleet.tiers;
  if (fleet.pods.length > 0) return fleetBlock(fleet, level);
  const [width, height] = isStore(tier!) ? [STORE, HEIGHTS.store] : [NARROW, HEIGHTS.narrow];
  return { width, height, isFrame: false, placed: [{ actor: tier!, x: 0, y: 0, width, height }] };
}

/** A line for each component, and below them its zones, nodes and pods. */
function fleetBlock(fleet: Fleet, level: Level): Block {
  const below = fleet.nodes.length > 0 ? nodesBelow(fleet, level) : loosePods(fleet, level);
  const width = Math.max(fleet.nodes.length > 0 ? 168 : LOOSE, below.width + PAD * 2);
  const top = fleet.tiers.length * LINE + PAD;
  const lines = fleet.tiers.map((actor, at) => ({ actor, x: 1, y: 1 + at * LINE, width: width - 2, height: LINE - 1 }));
  const placed = below.placed.map((each) => ({ ...each, x: each.x + PAD, y: each.y + top }));
  return { width, height: top + below.height + PAD, isFrame: true, placed: [...lines, ...placed] };
}

/** Pods of which no node is known: a row after the other, each component on its own. */
function loosePods({ tiers, pods }: Fleet, level: Level): Omit<Block, "isFrame"> {
  if (level !== "pod") return { width: 0, height: 0, placed: [] };
  const columns = Math.min(8, Math.max(5, Math.ceil(Math.sqrt(pods.length))));
  const placed: Placed[] = [];
  let y = 0;
  for (const { id } of tiers) {
    const own = pods.filter(({ of }) => of === id);
    placed.push(...grid(own, columns, 0, y));
    y += Math.ceil(own.length / columns) * POD.height;
  }
  return { width: columns * POD.width, height: y, placed };
}

/** Zones under each other, each a grid of nodes. */
function nodesBelow(fleet: Fleet, level: Level): Omit<Block, "isFrame"> {
  const { nodes, pods } = fleet;
  const columns = nodes.length <= 8 ? 2 : nodes.length <= 24 ? 3 : 5;
  const fullest = Math.max(...nodes.map(({ id }) => pods.filter(({ node }) => node === id).length));
  const room = Math.max(Math.ceil(pods.length / nodes.length), fullest);
  const across = Math.max(3, Math.min(4, room));
  const size = {
    width: across * POD.width + 8,
    height: NODE_HEAD + (level === "pod" ? Math.ceil(room / across) * POD.height + 4 : 14),
  };
  const width = columns * (size.width + 4) - 4;
  const placed: Placed[] = [];
  let y = 0;
  for (const actor of zonesOf(fleet)) {
    placed.push({ actor, x: 0, y, width, height: ZONE_HEAD });
    y += ZONE_HEAD + 2;
    if (level === "zone") continue;
    const own = nodes.filter(({ zone }) => zone === actor.zone);
    for (const [at, node] of own.entries()) {
      const x = (at % columns) * (size.width + 4);
      const top = y + Math.floor(at / columns) * (size.height + 4);
      placed.push({ actor: node, x, y: top, ...size });
      const inside = level === "pod" ? pods.filter((pod) => pod.node === node.id) : [];
      placed.push(...grid(inside, across, x + 4, top + NODE_HEAD));
    }
    y += Math.ceil(own.length / columns) * (size.height + 4);
  }
  return { width, height: y, placed };
}

function grid(actors: readonly Actor[], columns: number, x: number, y: number): Placed[] {
  return actors.map((actor, at) => ({
    actor,
    x: x + (at % columns) * POD.width,
    y: y + Math.floor(at / columns) * POD.height,
    ...POD,
  }));
}

function edgesOf(links: Plan["links"], placed: readonly Placed[]): Edge[] {
  const at = new Map(placed.map((each) => [each.actor.id, each]));
  return links.map(({ from, to }) => ({ from, to, points: pathBetween(at.get(from)!, at.get(to)!) }));
}

/** A curve from the side of one box to the side of another. */
function pathBetween(from: Box, to: Box): Float64Array {
  const isOnward = to.x >= from.x + from.width;
  const isSame = Math.abs(to.x - from.x) < 1;
  const startX = isSame || isOnward ? from.x + from.width : from.x;
  const endX = isOnward ? to.x : to.x + to.width;
  const [startY, endY] = [from.y + Math.min(from.height / 2, 36), to.y + Math.min(to.height / 2, 36)];
  const bend = isSame ? 18 : Math.max(12, Math.abs(endX - startX) / 2);
  const [first, second] = [startX + (isOnward || isSame ? bend : -bend), endX + (isOnward ? -bend : bend)];
  const points = new Float64Array(EDGE_POINTS * 2);
  for (let point = 0; point < EDGE_POINTS; point++) {
    const u = point / (EDGE_POINTS - 1);
    points[point * 2] = cubic(startX, first, second, endX, u);
    points[point * 2 + 1] = cubic(startY, startY, endY, endY, u);
  }
  return points;
}

function cubic(a: number, b: number, c: number, d: number, u: number): number {
  const v = 1 - u;
  return v * v * v * a + 3 * v * v * u * b + 3 * v * u * u * c + u * u * u * d;
}
