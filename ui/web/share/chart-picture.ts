import { axisBottom, axisLeft, create, line, area as areaOf, scaleLinear, scaleSymlog, format as formatOf } from "d3";
import { type Chart, plotOf } from "../replay/charts/chart.ts";
import type { Span } from "../replay/timeline/zoom.ts";

const WIDTH = 960;
const HEIGHT = 420;
const EDGE = { top: 56, right: 24, bottom: 44, left: 72 };
/** Told apart by those who see no colours, too: each curve also has dashes of its own. */
const STROKES = [
  { colour: "#0067a5", dashes: "" },
  { colour: "#b3310a", dashes: "8 4" },
  { colour: "#00734f", dashes: "2 3" },
  { colour: "#7a3e9d", dashes: "10 3 2 3" },
];

type Point = readonly [second: number, least: number, mean: number, most: number];

/** A chart as an SVG that needs nothing else: white paper, its name in <title>, and what is in it in <desc>. */
export function svgOf(chart: Chart, shown: Span, title: string): string {
  const plot = plotOf(chart, shown, WIDTH - EDGE.left - EDGE.right);
  const curves = plot.curves.map(({ min, mean, max }) => pointsOf(plot.seconds, min, mean, max));
  const marks = chart.thresholds.map(({ value }) => value);
  const most = Math.max(1e-9, ...marks, ...curves.flatMap((points) => points.map(([, , , high]) => high)));
  const across = scaleLinear([shown.from / 1e6, shown.until / 1e6], [EDGE.left, WIDTH - EDGE.right]);
  const up = (chart.isLog ? scaleSymlog() : scaleLinear()).domain([0, most]).range([HEIGHT - EDGE.bottom, EDGE.top]);
  const svg = create("svg")
    .attr("xmlns", "http://www.w3.org/2000/svg")
    .attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`)
    .attr("width", WIDTH)
    .attr("height", HEIGHT)
    .attr("role", "img")
    .attr("font-family", "system-ui, sans-serif")
    .attr("font-size", 12);
  svg.append("title").text(title);
  svg.append("desc").text(`${chart.curves.map(({ label }) => label).join(", ")}; ${chart.unit}`);
  svg.append("rect").attr("width", WIDTH).attr("height", HEIGHT).attr("fill", "#ffffff");
  svg.append("text").attr("x", EDGE.left).attr("y", 20).attr("font-size", 15).attr("fill", "#14202c").text(title);
  svg
    .append("g")
    .attr("transform", `translate(0,${HEIGHT - EDGE.bottom})`)
    .call(axisBottom(across).ticks(10).tickFormat((second) => minutes(Number(second))));
  svg.append("g").attr("transform", `translate(${EDGE.left},0)`).call(axisLeft(up).ticks(6, "~s"));
  for (const { label, value } of chart.thresholds) {
    const mark = svg.append("g").attr("fill", "#46566a");
    mark.append("path").attr("d", `M${EDGE.left},${up(value)}H${WIDTH - EDGE.right}`).attr("stroke", "#46566a");
    mark.append("text").attr("x", WIDTH - EDGE.right).attr("y", up(value) - 4).attr("text-anchor", "end").text(label);
  }
  for (const [at, points] of curves.entries()) {
    const { colour, dashes } = STROKES[at % STROKES.length]!;
    const isThere = ([, , mean]: Point) => !Number.isNaN(mean);
    const x = ([second]: Point) => across(second);
    const band = areaOf<Point>(x, (point) => up(point[1]), (point) => up(point[3])).defined(isThere);
    const mean = line<Point>(x, (point) => up(point[2])).defined(isThere);
    svg.append("path").attr("d", band(points)).attr("fill", colour).attr("fill-opacity", 0.18);
    const curve = svg.append("path").attr("d", mean(points)).attr("fill", "none").attr("stroke", colour);
    curve.attr("stroke-width", 2).attr("stroke-dasharray", dashes);
    const legend = svg.append("g").attr("transform", `translate(${EDGE.left + at * 210},40)`);
    legend.append("path").attr("d", "M0,-4H24").attr("stroke", colour).attr("stroke-width", 2).attr("stroke-dasharray", dashes);
    legend.append("text").attr("x", 30).attr("fill", "#14202c").text(shortened(chart.curves[at]!.label));
  }
  svg.append("text").attr("x", 8).attr("y", 40).attr("fill", "#46566a").text(chart.unit);
  return new XMLSerializer().serializeToString(svg.node()!);
}

/** A picture of an SVG, twice as large, so that it is sharp on paper. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * WIDTH;
    canvas.height = 2 * HEIGHT;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

type Column = readonly (number | null)[];

function pointsOf(seconds: readonly number[], min: Column, mean: Column, max: Column): Point[] {
  const at = (column: Column, index: number) => column[index] ?? Number.NaN;
  return seconds.map((second, index) => [second, at(min, index), at(mean, index), at(max, index)]);
}

function minutes(second: number): string {
  return `${formatOf("02d")(Math.floor(second / 60))}:${formatOf("02d")(Math.round(second % 60))}`;
}

function shortened(label: string): string {
  return label.length <= 28 ? label : `${label.slice(0, 27)}…`;
}
