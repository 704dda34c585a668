import { Mistake, readDuration, show } from "../../models/unit.ts";
import { SECOND } from "../../sim/time.ts";
import { nearest, oneOf } from "../check/suggestion.ts";
import type { Problem } from "./problem.ts";

/** A recorded person, as the `recorded` of a load is written in a scenario. */
export type Arrival = Readonly<Record<string, string>>;

const COLUMNS = ["at", "class", "work", "waits"];
const DURATIONS = ["at", "work", "waits"];
const MOST_ROWS = 1_000_000;
const MOST_PROBLEMS = 100;

/**
 * Reads recorded arrivals: comma-separated, with a first line that names the columns (`at`, and `class`, `work` and
 * `waits` if known). Durations have a unit or are in seconds. Rows must be in order of time.
 */
export function readArrivals(text: string, file: string): Arrival[] | Problem[] {
  const problems: Problem[] = [];
  const report = (line: number, col: number, wrong: string, right: string) => {
    problems.push({ severity: "error", file, line, col, path: "", wrong, right });
  };
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = header.split(",").map((name) => name.trim());
  for (const [at, name] of columns.entries()) {
    if (!COLUMNS.includes(name)) report(1, colOf(header, at), `unknown column ${show(name)}`, nearest(name, COLUMNS));
  }
  if (!columns.includes("at")) report(1, 1, 'the column "at" is missing', `a first line with ${oneOf(COLUMNS)}`);
  if (lines.length > MOST_ROWS) report(MOST_ROWS + 1, 1, `${lines.length} rows`, `at most ${MOST_ROWS}`);
  if (problems.length > 0) return problems;
  const rows: Arrival[] = [];
  let before = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (problems.length >= MOST_PROBLEMS) break;
    const { row, at } = readRow(line, columns, (col, wrong, right) => report(index + 2, col, wrong, right));
    if (at < before) report(index + 2, 1, "this is earlier than the row before it", "rows in order of time");
    if (at > before) before = at;
    rows.push(row);
  }
  if (rows.length === 0) report(2, 1, "there are no rows", "a row for each person");
  return problems.length > 0 ? problems : rows;
}

type Report = (col: number, wrong: string, right: string) => void;

function readRow(line: string, columns: readonly string[], report: Report): { row: Arrival; at: number } {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length !== columns.length) report(1, `${cells.length} cells`, `${columns.length}, as in the first line`);
  const row: Record<string, string> = {};
  let at = Number.NaN;
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (cell === "") {
      if (name === "at" && cells.length === columns.length)
        report(colOf(line, index), '"at" is empty', "a time such as 12.5s");
      continue;
    }
    const time = DURATIONS.includes(name) ? readDuration(cell, SECOND) : 0;
    if (time instanceof Mistake) {
      report(colOf(line, index), time.wrong, time.right);
      continue;
    }
    if (name === "at") at = time;
    row[name] = DURATIONS.includes(name) ? `${time}us` : cell;
  }
  return { row, at };
}

/** Where a cell begins in its line. */
function colOf(line: string, index: number): number {
  const before = line.split(",").slice(0, index).join(",").length + (index > 0 ? 1 : 0);
  return before + (line.slice(before).search(/[^\s]/) + 1 || 1);
}
