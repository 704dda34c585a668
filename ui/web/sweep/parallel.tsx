import { scaleLinear } from "d3";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { words } from "../words/words.ts";
import { markOf } from "./class-mark.ts";

const [LEFT, TOP, WIDTH, HEIGHT, BOTTOM] = [40, 24, 600, 200, 30];
const MOST_LINES = 1000;
const DASHES: Readonly<Record<string, string>> = { "✕": "", "▨": "6 3", "●": "2 3" };

/** Parallel coordinates: every cell with runs is a line through its values to its goodput, drawn as its class. */
export function Parallel({ answer: { axes, cells } }: { answer: SweepAnswer }) {
  const names = [...axes.map(({ path }) => path), "goodput"];
  const x = scaleLinear([0, names.length - 1], [LEFT, LEFT + WIDTH]);
  const up = scaleLinear([0, 1], [TOP + HEIGHT, TOP]);
  const known = cells.filter(({ n }) => n > 0);
  const columns = axes.map((_, axis) => [...new Set(known.map(({ values }) => values[axis]!))]);
  const heights = columns.map(heightsOf);
  return (
    <svg class="parallel" viewBox={`0 0 ${LEFT + WIDTH + 60} ${TOP + HEIGHT + BOTTOM}`} role="img">
      <title>{words.value.sweep.parallelOf(names.join(", "))}</title>
      {known.slice(0, MOST_LINES).map((cell) => {
        const mark = markOf(cell);
        const places = [...cell.values.map((value, axis) => heights[axis]!.get(value)!), cell.goodput.mean ?? 0];
        return (
          <polyline
            key={cell.values.join()}
            points={places.map((place, at) => `${x(at)},${up(place)}`).join(" ")}
            stroke={mark.colour}
            stroke-dasharray={DASHES[mark.glyph] ?? ""}
            fill="none"
          />
        );
      })}
      {names.map((name, at) => (
        <g key={name}>
          <line class="grid" x1={x(at)} x2={x(at)} y1={TOP} y2={TOP + HEIGHT} />
          <text class="tick" x={x(at)} y={TOP + HEIGHT + 20} text-anchor="middle">
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Where values stand on an axis, from 0 to 1: numbers by their amount, others in their order. */
function heightsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const numbers = values.map((value) => Number.parseFloat(value));
  const areNumbers = numbers.every(Number.isFinite);
  const places = areNumbers ? numbers : values.map((_, at) => at);
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return new Map(values.map((value, at) => [value, high === low ? 0.5 : (places[at]! - low) / (high - low)]));
}
