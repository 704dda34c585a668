import { render } from "preact";
import { type Chart, figureText, plotOf, type Threshold } from "../replay/charts/chart.ts";
import { clockOf } from "../replay/clock.ts";
import type { Span } from "../replay/timeline/zoom.ts";

const WIDTH = 960;
const HEIGHT = 420;
const EDGE = { top: 64, right: 24, bottom: 36, left: 72 };
const INK = "#14202c";
const QUIET = "#46566a";
/** Told apart by those who see no colours, too: each curve also has dashes of its own. */
const STROKES = [
  { colour: "#0067a5", dashes: undefined },
  { colour: "#b3310a", dashes: "8 4" },
  { colour: "#00734f", dashes: "2 3" },
  { colour: "#7a3e9d", dashes: "10 3 2 3" },
];

/** A chart as an SVG that needs nothing else: white paper, its name in <title>, and what is in it in <desc>. */
export function svgOf(chart: Chart, shown: Span, title: string): string {
  const sheet = document.createElement("div");
  render(<Picture chart={chart} shown={shown} title={title} />, sheet);
  const text = new XMLSerializer().serializeToString(sheet.firstElementChild!);
  render(null, sheet);
  return text;
}

/** A picture of an SVG, twice as large, so that it is sharp on paper. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * WIDTH, 2 * HEIGHT];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Where a moment and a value are on the paper. */
interface Scales {
  across(second: number): number;
  up(value: number): number;
}

interface Curve {
  readonly label: string;
  readonly path: string;
  readonly band: string;
}

function Picture({ chart, shown, title }: { chart: Chart; shown: Span; title: string }) {
  const plot = plotOf(chart, shown, WIDTH - EDGE.left - EDGE.right);
  const most = mostOf(chart, plot);
  const scales = scalesOf(shown, most, chart.isLog === true);
  const curves = plot.curves.map(({ min, mean, max }, at): Curve => {
    const line = (column: readonly (number | null)[]) => pathOf(plot.seconds, column, scales);
    return { label: chart.curves[at]!.label, path: line(mean).join(""), band: bandOf(plot.seconds, min, max, scales) };
  });
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      font-family="system-ui, sans-serif"
      font-size="12"
    >
      <title>{title}</title>
      <desc>{`${curves.map(({ label }) => label).join(", ")}; ${chart.unit}`}</desc>
      <rect width={WIDTH} height={HEIGHT} fill="#ffffff" />
      <text x={EDGE.left} y={22} font-size="15" fill={INK}>
        {title} ({chart.unit})
      </text>
      <Axes shown={shown} values={chart.isLog ? powersTo(most) : ticksOf(0, most, 6)} scales={scales} />
      {chart.thresholds.map((threshold) => (
        <Limit key={threshold.label} threshold={threshold} scales={scales} />
      ))}
      {curves.map((curve, at) => (
        <Line key={curve.label} curve={curve} at={at} />
      ))}
    </svg>
  );
}

interface AxesProps {
  readonly shown: Span;
  /** Where lines go across, with the value beside them. */
  readonly values: readonly number[];
  readonly scales: Scales;
}

function Axes({ shown, values, scales: { across, up } }: AxesProps) {
  return (
    <g fill={QUIET}>
      {values.map((value) => (
        <g key={value}>
          <path d={`M${EDGE.left},${up(value)}H${WIDTH - EDGE.right}`} stroke="#d5dce4" />
          <text x={EDGE.left - 8} y={up(value) + 4} text-anchor="end">
            {figureText(value)}
          </text>
        </g>
      ))}
      {secondsIn(shown).map((second) => (
        <text key={second} x={across(second)} y={HEIGHT - 12} text-anchor="middle">
          {clockOf(second * 1e6)}
        </text>
      ))}
    </g>
  );
}

function Limit({ threshold: { label, value }, scales: { up } }: { threshold: Threshold; scales: Scales }) {
  return (
    <g fill={QUIET}>
      <path d={`M${EDGE.left},${up(value)}H${WIDTH - EDGE.right}`} stroke={QUIET} stroke-width="1.5" />
      <text x={WIDTH - EDGE.right} y={up(value) - 4} text-anchor="end">
        {label}
      </text>
    </g>
  );
}

/** The band from least to most, the mean as a line, and a word above the picture on which line it is. */
function Line({ curve: { label, path, band }, at }: { curve: Curve; at: number }) {
  const { colour, dashes } = STROKES[at % STROKES.length]!;
  const stroke = { fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": dashes };
  return (
    <g>
      <path d={band} fill={colour} fill-opacity="0.18" />
      <path d={path} {...stroke} />
      <g transform={`translate(${EDGE.left + at * 216},46)`}>
        <path d="M0,-4H24" {...stroke} />
        <text x={30} fill={INK}>
          {label.length <= 28 ? label : `${label.slice(0, 27)}…`}
        </text>
      </g>
    </g>
  );
}

function scalesOf({ from, until }: Span, most: number, isLog: boolean): Scales {
  const level = (value: number) => (isLog ? Math.log10(1 + value) / Math.log10(1 + most) : value / most);
  const [width, height] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  return {
    across: (second) => rounded(EDGE.left + (width * (second * 1e6 - from)) / Math.max(1, until - from)),
    up: (value) => rounded(HEIGHT - EDGE.bottom - height * level(Math.max(0, value))),
  };
}

function mostOf({ thresholds }: Chart, { curves }: ReturnType<typeof plotOf>): number {
  const values = [...curves.flatMap(({ max }) => max), ...thresholds.map(({ value }) => value)];
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1e-9);
}

/** The pieces of a line: it is broken where there are no numbers. */
function pathOf(seconds: readonly number[], column: readonly (number | null)[], { across, up }: Scales): string[] {
  return seconds.flatMap((second, at) => {
    const value = column[at] ?? null;
    if (value === null) return [];
    return [`${(column[at - 1] ?? null) === null ? "M" : "L"}${across(second)},${up(value)}`];
  });
}

function bandOf(
  seconds: readonly number[],
  min: readonly (number | null)[],
  max: readonly (number | null)[],
  { across, up }: Scales,
): string {
  const isThere = seconds.map((_, at) => (min[at] ?? null) !== null && (max[at] ?? null) !== null);
  const pieces: string[] = [];
  for (let start = 0; start < seconds.length; start++) {
    if (!isThere[start]) continue;
    let end = start;
    while (isThere[end + 1]) end++;
    const places = Array.from({ length: end - start + 1 }, (_, step) => start + step);
    const above = places.map((at) => `${across(seconds[at]!)},${up(max[at]!)}`);
    const below = places.reverse().map((at) => `${across(seconds[at]!)},${up(min[at]!)}`);
    pieces.push(`M${[...above, ...below].join("L")}Z`);
    start = end;
  }
  return pieces.join("");
}

/** Round numbers from one to another, about so many. */
function ticksOf(from: number, until: number, count: number): number[] {
  const rough = Math.max(1e-9, until - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return multiplesIn(from, until, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!);
}

/** Moments that a clock shows as round ones, at most twelve. */
function secondsIn({ from, until }: Span): number[] {
  const [first, last] = [from / 1e6, until / 1e6];
  const steps = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];
  return multiplesIn(first, last, steps.find((step) => (last - first) / step <= 12) ?? last - first);
}

function multiplesIn(from: number, until: number, step: number): number[] {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(until / step) - first + 1);
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(9)));
}

function powersTo(most: number): number[] {
  return [0, 1, 10, 100, 1000, 10_000, 100_000, 1e6].filter((value) => value <= most);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
