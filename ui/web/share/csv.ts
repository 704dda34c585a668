import type { Chart } from "../replay/charts/chart.ts";
import type { Span } from "../replay/timeline/zoom.ts";

/**
 * The numbers of a chart at its finest, a row for each point of time: for every curve its mean, and its least and most
 * where they differ from it. As RFC 4180 has it; what a spreadsheet would take for a formula is quoted as text.
 */
export function csvOf({ step, unit, curves }: Chart, { from, until }: Span): string {
  const bands = curves.map((curve) => ({ label: `${curve.label} (${unit})`, points: curve.points, ...curve.band(1) }));
  const columns = bands.flatMap(({ label, mean, min, max }) => {
    const isPlain = mean.every((value, at) => Object.is(value, min[at]) && Object.is(value, max[at]));
    return isPlain
      ? [{ label, values: mean }]
      : [
          { label, values: mean },
          { label: `${label} min`, values: min },
          { label: `${label} max`, values: max },
        ];
  });
  const points = Math.max(0, ...bands.map((band) => band.points));
  const rows = [["seconds", ...columns.map(({ label }) => label)].map(quoted).join(",")];
  for (let at = Math.max(0, Math.floor(from / step)); at < points && at * step < until; at++) {
    rows.push([(at * step) / 1e6, ...columns.map(({ values }) => figure(values[at]))].join(","));
  }
  return `${rows.join("\r\n")}\r\n`;
}

function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : String(value);
}

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
