import { Mistake } from "../../models/unit.ts";
import { isRecord, listOf, recordOf } from "./data.ts";
import { type Checked, valueAt } from "./issue.ts";
import { type Flaw, type Path, pathInWords } from "./problem.ts";
import { pathsOf } from "./setting.ts";
import type { Source } from "./source.ts";

/** Parts of the file whose figures say how the system is. */
const DESCRIBING = ["components", "nodes", "network", "dns"];
const MOST_WARNINGS = 20;
const RIGHT = '"assumed lo..hi" under figures';

/** Entries of `figures` that lead nowhere, and figures of the system that no entry speaks of (warnings). */
export function flawsOfFigures(source: Source, file: Checked): Flaw[] {
  const flaws: Flaw[] = [];
  const covered = new Set<string>();
  for (const words of Object.keys(recordOf(recordOf(file.data).figures))) {
    const paths = pathsOf(words, source, file);
    if (paths instanceof Mistake)
      flaws.push({ path: ["figures", words], atKey: true, wrong: paths.wrong, right: paths.right });
    else for (const path of paths) covered.add(path.join("."));
  }
  const bare = DESCRIBING.flatMap((part) => figuresIn(recordOf(file.data)[part], [part])).filter((path) => {
    return !path.some((_, length) => covered.has(path.slice(0, length + 1).join(".")));
  });
  const warnings = bare.slice(0, MOST_WARNINGS).map((path): Flaw => {
    const wrong = `it is not said where ${String(valueAt(file.data, path))} comes from`;
    return { path, wrong, right: `"${pathInWords(path)}: case", or ${RIGHT}`, severity: "warning" };
  });
  const more = bare.length - warnings.length;
  if (more > 0)
    warnings.push({ path: [], wrong: `${more} more figures come from nowhere`, right: RIGHT, severity: "warning" });
  return [...flaws, ...warnings];
}

/** Where numbers stand, and words that hold numbers: "250ms", "exponential mean 50ms"; but for the times of a curve. */
function figuresIn(data: unknown, path: Path): Path[] {
  if (isRecord(data)) {
    const entries = Object.entries(data).filter(([key]) => key !== "at");
    return entries.flatMap(([key, value]) => figuresIn(value, [...path, key]));
  }
  if (Array.isArray(data)) return listOf(data).flatMap((value, at) => figuresIn(value, [...path, at]));
  const figure = typeof data === "number" || (typeof data === "string" && /^(\d|[a-z]+ .*\d)/.test(data));
  return figure ? [path] : [];
}
