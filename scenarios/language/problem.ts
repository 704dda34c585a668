/** Where something stands in a file, as keys and positions from its root. */
export type Path = readonly (string | number)[];

/** A mistake in a scenario, where it is, and what would be right. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** The file, or the option of the command line ("--set proxysql.replicas") that the mistake is in. */
  readonly file: string;
  /** Counted from 1; 0 if the mistake is not in a file. */
  readonly line: number;
  readonly col: number;
  /** "proxysql.readinessProbe.periodSeconds"; "" for the file as a whole. */
  readonly path: string;
  readonly wrong: string;
  /** Completes "expected ...". */
  readonly right: string;
}

/** A mistake at a path, before anybody has looked up where that is in the text. */
export interface Flaw {
  readonly path: Path;
  readonly wrong: string;
  readonly right: string;
  /** The key at the path is meant, not its value. */
  readonly atKey?: boolean;
  /** The character within the text at the path, from 0. */
  readonly offset?: number;
  readonly severity?: Problem["severity"];
}

/** "scenario.yaml:12:5: proxysql.replicas: -3 is negative; expected a whole number from 0 to 10000". */
export function formatProblem({ file, line, col, path, wrong, right, severity }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${col}` : file;
  const warning = severity === "warning" ? "warning: " : "";
  return `${place}: ${warning}${path === "" ? "" : `${path}: `}${wrong}; expected ${right}`;
}

/** In the order of the file, each once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const once = problems.filter(({ file, line, col, wrong }) => {
    const key = `${file}\n${line}\n${col}\n${wrong}`;
    return !seen.has(key) && seen.add(key);
  });
  return once.sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.col - b.col || compare(a.path, b.path));
}

/** A path as people write it; the components are named without their heading. */
export function pathInWords(path: Path): string {
  return (path[0] === "components" && path.length > 1 ? path.slice(1) : path).join(".");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
