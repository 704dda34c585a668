import type { ReadonlySignal } from "@preact/signals";
import { SECOND } from "../../../../sim/time.ts";
import { clockOf } from "../clock.ts";
import { momentAt, type Span } from "../timeline/zoom.ts";
import { type Chart, figureText, type Plot } from "./chart.ts";
import uPlot from "./plot.ts";
import { COLOURS, dashOf } from "./series-style.ts";

/** What is around the plotting area; style/charts.css puts the marks over that area by the same numbers. */
const [TOP, RIGHT, BOTTOM, LEFT] = [8, 24, 28, 64];
/** Pointers over one chart are shown on all. */
const SYNC = "replay";
/** A level far above everything that is drawn would press it flat, and is left out. */
const FAR = 3;
/** Seconds between two moments that are written below a chart. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
/** Each curve has a most, a least and a mean. */
const COLUMNS = 3;

interface PlotOrder {
  readonly width: number;
  readonly shown: ReadonlySignal<Span>;
  onZoom(span: Span): void;
}

/** How uPlot is to draw a chart. */
export function optionsOf(chart: Chart, { width, shown, onZoom }: PlotOrder): uPlot.Options {
  const y: uPlot.Scale = chart.isLog
    ? { distr: 3, range: (_, min, max) => logRange(chart, min, max) }
    : { range: (_, __, max) => [0, top(chart, max)] };
  return {
    width,
    height: heightOf(width),
    padding: [TOP, RIGHT, 0, 0],
    legend: { show: false },
    cursor: {
      // A drag is of one chart; that it zooms all of them is the player's doing.
      sync: { key: SYNC, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
    },
    scales: { x: { time: false, range: () => [shown.peek().from / SECOND, shown.peek().until / SECOND] }, y },
    axes: axes(),
    series: [{}, ...chart.curves.flatMap((_, at) => curveSeries(chart, at))],
    bands: [...chart.curves.map((_, at) => envelope(at)), ...(chart.isGapFilled ? [gap()] : [])],
    hooks: {
      draw: [(plot) => drawThresholds(plot, chart)],
      setSelect: [(plot) => tellDrag(plot, shown.peek(), onZoom)],
    },
  };
}

/** The columns in the order of the series. */
export function dataOf({ seconds, curves }: Plot): uPlot.AlignedData {
  return [seconds, ...curves.flatMap(({ max, min, mean }) => [max, min, mean])];
}

export function heightOf(width: number): number {
  return Math.round(Math.min(220, Math.max(150, width * 0.45)));
}

function axes(): uPlot.Axis[] {
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false } };
  const clocks = (_: uPlot, seconds: number[]) => seconds.map((each) => clockOf(each * SECOND));
  const figures = (_: uPlot, ticks: (number | null)[]) => ticks.map((tick) => (tick === null ? "" : figureText(tick)));
  return [
    { ...axis, size: BOTTOM, values: clocks, incrs: [...STEPS] },
    { ...axis, size: LEFT, values: figures },
  ];
}

/** Tells what somebody has dragged over, and takes the mark of it away: it is what is shown from then on. */
function tellDrag(plot: uPlot, shown: Span, onZoom: PlotOrder["onZoom"]): void {
  const { left, width } = plot.select;
  const across = plot.over.clientWidth;
  if (width > 0) onZoom({ from: momentAt(left / across, shown), until: momentAt((left + width) / across, shown) });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function curveSeries({ curves }: Chart, at: number): uPlot.Series[] {
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  const dash = [...dashOf(curves, at)];
  const line = { stroke: colour(COLOURS[at % COLOURS.length]!), width: 2, points: { show: false } };
  return [edge, edge, { ...line, ...(dash.length > 0 && { dash }) }];
}

function envelope(at: number): uPlot.Band {
  const first = 1 + at * COLUMNS;
  return { series: [first, first + 1], fill: `${colour(COLOURS[at % COLOURS.length]!)}4d` };
}

/** Between the mean of the first curve and that of the second. */
function gap(): uPlot.Band {
  return { series: [COLUMNS, 2 * COLUMNS], fill: `${colour("--bad")}4d` };
}

function drawThresholds(plot: uPlot, { thresholds }: Chart): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour("--bad");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([10, 5]);
  for (const { value } of thresholds) {
    const y = plot.valToPos(value, "y", true);
    if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function top(chart: Chart, max: number | null): number {
  const most = max ?? 0;
  return Math.max(most, ...nearThresholds(chart, most)) * 1.08 || 1;
}

function logRange(chart: Chart, min: number | null, max: number | null): [number, number] {
  const [least, most] = [min ?? 1, max ?? 10];
  return uPlot.rangeLog(least, Math.max(most, ...nearThresholds(chart, most)), 10, false) as [number, number];
}

function nearThresholds({ thresholds }: Chart, most: number): number[] {
  return thresholds.map(({ value }) => value).filter((value) => most === 0 || value <= most * FAR);
}

/** A colour of the theme that is chosen. */
function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}
