import { contours, scaleBand } from "d3";
import type { Cell } from "../../../scenarios/study/cell.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { words } from "../words/words.ts";
import { markOf, worstShare } from "./class-mark.ts";

const [LEFT, TOP, WIDTH, HEIGHT, BOTTOM] = [110, 10, 560, 360, 64];
/** The share of runs in the worst class along the boundary; the outer ones are dashed. */
const BOUNDARIES = [0.1, 0.5, 0.9];
const MOST_LABELS = 12;

export interface CellsProps {
  readonly answer: SweepAnswer;
  readonly selected: Cell | undefined;
  onSelect(cell: Cell): void;
}

/** Two axes as a map: a cell has the colour and glyph of its class; one without a run of its own is only outlined. */
export function HeatMap({ answer, selected, onSelect }: CellsProps) {
  const { axes, cells } = answer;
  const [across, up] = axes;
  const x = scaleBand(across!.values, [LEFT, LEFT + WIDTH]);
  const y = scaleBand(up!.values, [TOP + HEIGHT, TOP]);
  return (
    <svg class="heat-map" viewBox={`0 0 ${LEFT + WIDTH + 10} ${TOP + HEIGHT + BOTTOM}`}>
      <title>{words.value.sweep.mapOf(across!.path, up!.path)}</title>
      {cells.map((cell) => (
        <MapCell
          key={cell.values.join()}
          cell={cell}
          box={{ x: x(cell.values[0]!)!, y: y(cell.values[1]!)!, width: x.bandwidth(), height: y.bandwidth() }}
          isSelected={cell.values.join() === selected?.values.join()}
          onSelect={onSelect}
        />
      ))}
      <Boundary answer={answer} width={x.bandwidth()} height={y.bandwidth()} />
      {thinned(across!.values).map((value) => (
        <text key={value} class="tick" x={x(value)! + x.bandwidth() / 2} y={TOP + HEIGHT + 18} text-anchor="middle">
          {value}
        </text>
      ))}
      {thinned(up!.values).map((value) => (
        <text key={value} class="tick" x={LEFT - 8} y={y(value)! + y.bandwidth() / 2 + 4} text-anchor="end">
          {value}
        </text>
      ))}
      <text class="axis" x={LEFT + WIDTH / 2} y={TOP + HEIGHT + 44} text-anchor="middle">
        {across!.path}
      </text>
      <text class="axis" transform={`translate(16 ${TOP + HEIGHT / 2}) rotate(-90)`} text-anchor="middle">
        {up!.path}
      </text>
    </svg>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface MapCellProps {
  readonly cell: Cell;
  readonly box: Box;
  readonly isSelected: boolean;
  onSelect(cell: Cell): void;
}

function MapCell({ cell, box, isSelected, onSelect }: MapCellProps) {
  const { colour, on, glyph } = markOf(cell);
  const minority = cell.runs.some((run) => run.class !== cell.class);
  const { x, y, width, height } = box;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button of its own
    <g
      class={isSelected ? "cell selected" : "cell"}
      role="button"
      tabindex={0}
      aria-label={words.value.sweep.cell(cell)}
      aria-pressed={isSelected}
      onClick={() => onSelect(cell)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onSelect(cell);
      }}
    >
      <rect x={x + 1} y={y + 1} width={Math.max(1, width - 2)} height={Math.max(1, height - 2)} fill={colour} />
      <text x={x + width / 2} y={y + height / 2 + 5} text-anchor="middle" fill={on}>
        {glyph}
        {minority ? "±" : ""}
      </text>
    </g>
  );
}

/** Where half of the runs end in the worst class; nothing while there are cells of which nothing is known. */
function Boundary({ answer, width, height }: { answer: SweepAnswer; width: number; height: number }) {
  const { axes, cells, classes } = answer;
  const [columns, rows] = [axes[0]!.values.length, axes[1]!.values.length];
  const shares = cells.map((cell) => worstShare(cell, classes[0]!));
  if (columns < 2 || rows < 2 || shares.some((share) => share === undefined)) return null;
  // The last axis runs fastest in an answer; d3 wants rows. The outermost cells stand twice: no boundary closes at the rim.
  const [wide, high] = [columns + 2, rows + 2];
  const within = (at: number, count: number) => Math.min(count - 1, Math.max(0, at - 1));
  const grid = Array.from({ length: wide * high }, (_, at) => {
    return shares[within(at % wide, columns) * rows + within(Math.floor(at / wide), rows)]!;
  });
  const lines = contours().size([wide, high]).thresholds(BOUNDARIES).smooth(true)(grid);
  const place = ([x, y]: readonly [number, number]) => `${(x - 1) * width} ${HEIGHT - (y - 1) * height}`;
  return (
    <svg class="boundary" x={LEFT} y={TOP} width={WIDTH} height={HEIGHT}>
      <title>{words.value.sweep.boundary}</title>
      {lines.map(({ value, coordinates }) => (
        <path
          key={value}
          class={value === 0.5 ? "half" : "outer"}
          d={coordinates.flatMap((polygon) => polygon.map((ring) => `M${ring.map(place).join("L")}Z`)).join("")}
        />
      ))}
    </svg>
  );
}

function thinned(values: readonly string[]): readonly string[] {
  const every = Math.ceil(values.length / MOST_LABELS);
  return values.filter((_, at) => at % every === 0);
}
