import { isScalar } from "yaml";
import { isRecord, recordOf } from "../../../scenarios/language/data.ts";
import { type Path, pathInWords } from "../../../scenarios/language/problem.ts";
import { pathsOf } from "../../../scenarios/language/setting.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import type { Source } from "../../../scenarios/language/source.ts";
import { leavesOf, type Span, treeOf } from "./place.ts";

/** A number of a scenario that can be turned, and where in the text it stands. */
export interface NumberField extends Span {
  /** "noti-db.max_connections". */
  readonly path: string;
  readonly value: number;
  /** What follows the number: "Mbit/s"; empty if nothing does. */
  readonly unit: string;
  /** The range that `figures` states, in the same unit; undefined if it states none. */
  readonly range: { readonly low: number; readonly high: number } | undefined;
  readonly isWhole: boolean;
}

const PARTS = ["components", "nodes", "network", "dns", "timeline"];
const NUMBER = /^(\d+(?:\.\d+)?)([A-Za-z%µ/]*)$/;
/** Only words that are a unit make a quantity of a number: "2c" is a name. */
const UNIT = /^(?:|%|us|µs|ms|s|m|h|[kMG]?bit\/s|[KMG]i?B(?:\/s)?|B(?:\/s)?|\/s|\/m|m?cpu)$/;
const MOST_FIELDS = 400;

/** Every number of a text that describes the system or what is done to it, in the order of the text. */
export function numberFieldsOf(text: string, schema: JsonSchema): NumberField[] {
  const source = treeOf(text);
  if (source === undefined) return [];
  const ranges = rangesOf(source, schema);
  return leavesOf(source)
    .filter(({ isKey, path }) => !isKey && PARTS.includes(String(path[0])))
    .flatMap(({ node, path, from, to }): NumberField[] => {
      const match = isScalar(node) && node.type === "PLAIN" ? NUMBER.exec(text.slice(from, to)) : null;
      const [, digits = "", unit = ""] = match ?? [];
      if (match === null || !UNIT.test(unit)) return [];
      const range = nearestRange(ranges, path, unit);
      const isWhole = unit === "" && !digits.includes(".") && !(range && range.low % 1 !== 0);
      return [{ path: pathInWords(path), from, to, value: Number(digits), unit, range, isWhole }];
    })
    .slice(0, MOST_FIELDS);
}

/** What stands in the place of a field once it has another value; undefined if that is no number. */
export function turned({ unit, isWhole }: NumberField, value: number): string | undefined {
  if (!Number.isFinite(value) || value < 0 || value > 1e12) return undefined;
  const rounded = isWhole ? Math.round(value) : Number(value.toPrecision(6));
  return `${rounded.toFixed(10).replace(/\.?0+$/, "")}${unit}`;
}

type Range = readonly [low: string, high: string];

/** What `figures` assumes, by the path of what it is about. */
function rangesOf(source: Source, schema: JsonSchema): Map<string, Range> {
  const data = source.toData();
  const ranges = new Map<string, Range>();
  for (const [words, told] of Object.entries(recordOf(isRecord(data) ? data.figures : undefined))) {
    const match = typeof told === "string" ? /^\s*assumed\s+(\S+?)\s*\.\.\s*(\S+)/.exec(told) : null;
    const paths = match === null ? [] : pathsOf(words, source, { schema, data });
    if (match === null || !Array.isArray(paths)) continue;
    for (const path of paths as readonly Path[]) ranges.set(path.join("\n"), [match[1]!, match[2]!]);
  }
  return ranges;
}

/** The range of the figure, or of the part of the file that holds it. */
function nearestRange(ranges: ReadonlyMap<string, Range>, path: Path, unit: string): NumberField["range"] {
  for (let length = path.length; length > 0; length--) {
    const range = ranges.get(path.slice(0, length).join("\n"));
    if (range === undefined) continue;
    const [low, high] = [inUnit(range[0], unit), inUnit(range[1], unit)];
    return low === undefined || high === undefined || low >= high ? undefined : { low, high };
  }
  return undefined;
}

const SIZES: Readonly<Record<string, readonly [quantity: string, size: number]>> = {
  us: ["time", 1e-6],
  ms: ["time", 1e-3],
  s: ["time", 1],
  m: ["time", 60],
  h: ["time", 3600],
  "": ["share", 1],
  "%": ["share", 0.01],
};

/** "0.3" in % -> 30; undefined if the one cannot be told in the other. */
function inUnit(bound: string, unit: string): number | undefined {
  const [, digits, its = ""] = NUMBER.exec(bound) ?? [];
  if (digits === undefined) return undefined;
  if (its === unit) return Number(digits);
  const [from, to] = [SIZES[its], SIZES[unit]];
  if (from === undefined || to === undefined || from[0] !== to[0]) return undefined;
  return Number(((Number(digits) * from[1]) / to[1]).toPrecision(12));
}
