import { scaleBand, scaleLinear } from "d3";
import type { Average, Cell } from "../../../scenarios/study/cell.ts";
import { words } from "../words/words.ts";
import { markOf, markOfClass } from "./class-mark.ts";

const [LEFT, TOP, WIDTH, HEIGHT, BOTTOM] = [50, 10, 560, 160, 50];
/** From fewer runs an interval says more about luck than about the system. */
export const FEWEST_FOR_INTERVAL = 5;

interface SliceProps {
  readonly cells: readonly Cell[];
  readonly axis: { readonly path: string; readonly values: readonly string[] };
  /** Which of the values of a cell is on the axis. */
  readonly at: number;
  readonly worst: string;
}

/** Cells along one axis: the share of runs in the worst class with Wilson's interval, and goodput with Student's. */
export function Slice({ cells, axis, at, worst }: SliceProps) {
  const { sweep: say } = words.value;
  const x = scaleBand(axis.values, [LEFT, LEFT + WIDTH]);
  const y = scaleLinear([0, 1], [TOP + HEIGHT, TOP]);
  const known = cells.filter(({ n }) => n > 0);
  const middle = (cell: Cell) => x(cell.values[at]!)! + x.bandwidth() / 2;
  return (
    <svg class="slice" viewBox={`0 0 ${LEFT + WIDTH + 10} ${TOP + HEIGHT + BOTTOM}`}>
      <title>{say.sliceOf(axis.path, worst)}</title>
      {y.ticks(4).map((tick) => (
        <g key={tick}>
          <line class="grid" x1={LEFT} x2={LEFT + WIDTH} y1={y(tick)} y2={y(tick)} />
          <text class="tick" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
            {Math.round(tick * 100)} %
          </text>
        </g>
      ))}
      {known.map((cell) => {
        const share = intervalOf(cell, worst);
        const [here, mark] = [middle(cell), markOf(cell)];
        return (
          <g key={cell.values.join()}>
            <Whisker x={here - 4} low={share.low} high={share.high} y={y} colour={markOfClass(worst).colour} />
            <rect
              class="share"
              x={here - 8}
              y={y(share.mean) - 4}
              width={8}
              height={8}
              fill={markOfClass(worst).colour}
            />
            {cell.goodput.mean !== null && (
              <>
                <Whisker x={here + 6} {...boundsOf(cell.goodput)} y={y} colour="var(--accent)" />
                <circle cx={here + 6} cy={y(cell.goodput.mean)} r={4} fill="var(--accent)" />
              </>
            )}
            <text class="tick" x={here} y={TOP + HEIGHT + 30} text-anchor="middle">
              {mark.glyph}
            </text>
          </g>
        );
      })}
      {axis.values.map((value) => (
        <text key={value} class="tick" x={x(value)! + x.bandwidth() / 2} y={TOP + HEIGHT + 16} text-anchor="middle">
          {value}
        </text>
      ))}
      <text class="axis" x={LEFT + WIDTH / 2} y={TOP + HEIGHT + 46} text-anchor="middle">
        {axis.path}
      </text>
    </svg>
  );
}

interface Bounds {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

interface WhiskerProps extends Bounds {
  readonly x: number;
  readonly colour: string;
  y(value: number): number;
}

function Whisker({ x, low, high, y, colour }: WhiskerProps) {
  if (low === undefined || high === undefined) return null;
  const within = (value: number) => y(Math.min(1, Math.max(0, value)));
  return (
    <line
      class="interval"
      data-low={low}
      data-high={high}
      x1={x}
      x2={x}
      y1={within(low)}
      y2={within(high)}
      stroke={colour}
    />
  );
}

/** The share of runs in a class with Wilson's interval; no interval of fewer than five runs. */
export function intervalOf({ counts, n }: Cell, name: string): Bounds & { readonly mean: number } {
  const count = counts[name];
  const mean = n === 0 ? 0 : (count?.k ?? 0) / n;
  if (n < FEWEST_FOR_INTERVAL) return { mean, low: undefined, high: undefined };
  return { mean, low: count?.low, high: count?.high };
}

/** The bounds of a mean; none of fewer than five runs. */
export function boundsOf({ n, low, high }: Average): Bounds {
  return n < FEWEST_FOR_INTERVAL
    ? { low: undefined, high: undefined }
    : { low: low ?? undefined, high: high ?? undefined };
}
