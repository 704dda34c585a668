import { scaleLinear } from "d3";
import type { RecordedResult } from "../../../scenarios/recording/recorded-result.ts";
import { words } from "../words/words.ts";

const [LEFT, TOP, WIDTH, HEIGHT, BELOW] = [50, 8, 740, 120, 70];

/** People served well of those who came, second by second, on both sides; below, how many more were served on B. */
export function Courses({ a, b }: { a: RecordedResult; b: RecordedResult }) {
  const [as, bs] = [servedIn(a), servedIn(b)];
  const differences = as.slice(0, bs.length).map((served, at) => bs[at]! - served);
  const most = Math.max(1, ...as, ...bs);
  const widest = Math.max(1, ...differences.map(Math.abs));
  const x = scaleLinear([0, Math.max(as.length, bs.length, 2) - 1], [LEFT, LEFT + WIDTH]);
  const y = scaleLinear([0, most], [TOP + HEIGHT, TOP]);
  const middle = TOP + HEIGHT + 20 + BELOW / 2;
  const gap = scaleLinear([-widest, widest], [middle + BELOW / 2, middle - BELOW / 2]);
  const line = (values: readonly number[], up: (value: number) => number) =>
    values.map((value, at) => `${x(at)},${up(value)}`).join(" ");
  return (
    <section class="panel">
      <svg class="courses" viewBox={`0 0 ${LEFT + WIDTH + 10} ${TOP + HEIGHT + 20 + BELOW + 8}`} role="img">
        <title>{words.value.compare.courses}</title>
        {y.ticks(3).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={LEFT + WIDTH} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        <polyline points={line(as, y)} fill="none" stroke="var(--series-1)" stroke-width={2} />
        <polyline points={line(bs, y)} fill="none" stroke="var(--series-2)" stroke-width={2} stroke-dasharray="6 3" />
        <line class="grid" x1={LEFT} x2={LEFT + WIDTH} y1={middle} y2={middle} />
        <text x={LEFT - 6} y={middle + 4} text-anchor="end">
          B−A
        </text>
        <polyline points={line(differences, gap)} fill="none" stroke="var(--text)" />
      </svg>
      <p class="quiet">{words.value.compare.courses}</p>
    </section>
  );
}

/** People of every load who were served well, by the second in which they came. */
function servedIn({ loads, goodput }: RecordedResult): readonly number[] {
  const totals = goodput.filter(({ path, name }) => name === "goodput" && loads.some((load) => load.path === path));
  const seconds = Math.max(0, ...totals.map(({ good }) => good.length));
  return Array.from({ length: seconds }, (_, at) => totals.reduce((sum, { good }) => sum + (good[at] ?? 0), 0));
}
