import type * as z from "zod";
import { Mistake, show } from "../../models/unit.ts";
import { nearest, oneOf } from "../check/suggestion.ts";
import { TextMistake } from "../check/token.ts";
import { isRecord } from "./data.ts";
import type { Flaw, Path } from "./problem.ts";
import { type JsonSchema, keysAt, meaningAt } from "./shape.ts";

type Issue = z.core.$ZodIssue;

/** A hostile file can have a million flaws; nobody reads more than these. */
const MOST = 1000;

/** What the checks of the schema look at: the whole file as data, and its JSON Schema. */
export interface Checked {
  readonly schema: JsonSchema;
  readonly data: unknown;
}

/** The issues that a schema found, in our words. `prefix` leads from the file to what the schema was applied to. */
export function flawsOfIssues(issues: readonly Issue[], prefix: Path, file: Checked): Flaw[] {
  return issues
    .slice(0, MOST)
    .flatMap((issue) => flawsOfIssue(issue, prefix, file))
    .slice(0, MOST);
}

function flawsOfIssue(issue: Issue, prefix: Path, file: Checked): Flaw[] {
  const path: Path = [...prefix, ...(issue.path as (string | number)[])];
  const value = valueAt(file.data, path);
  if (issue.code === "unrecognized_keys") return issue.keys.slice(0, MOST).map((key) => unknownKey(key, path, file));
  if (value === undefined && path.length > 0) return [missing(issue, path, file)];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const sorts = issue.errors.map(sortWanted);
    if (!sorts.includes(undefined)) return [{ path, wrong: wrongSort(value), right: sorts.join(" or ") }];
    return flawsOfIssues(likeliest(issue.errors), path, file);
  }
  if (issue.code === "invalid_key")
    return flawsOfIssues(issue.issues, path, file).map((flaw) => ({ ...flaw, path, atKey: true }));
  const mistake = mistakeOf(issue);
  if (mistake === undefined) return [{ path, wrong: wrongIn(issue, value), right: rightIn(issue, value, path, file) }];
  const offset = mistake instanceof TextMistake ? mistake.at : 0;
  return [{ path, wrong: mistake.wrong, right: mistake.right, offset }];
}

/** Readers say themselves what is wrong and right. */
function mistakeOf(issue: Issue): Mistake | undefined {
  const mistake: unknown = issue.code === "custom" ? issue.params?.mistake : undefined;
  return mistake instanceof Mistake ? mistake : undefined;
}

function unknownKey(key: string, path: Path, { schema, data }: Checked): Flaw {
  const known = keysAt(schema, data, path);
  const present = valueAt(data, path);
  const missing = known.filter((name) => !isRecord(present) || !Object.hasOwn(present, name));
  const right = nearest(key, missing.length > 0 ? missing : known);
  return { path: [...path, key], atKey: true, wrong: `unknown key ${show(key)}`, right };
}

function missing(issue: Issue, path: Path, { schema, data }: Checked): Flaw {
  const name = path[path.length - 1];
  const choices = choicesOf(issue);
  const right = choices.length > 0 ? `"${name}: ..." with ${oneOf(choices)}` : meaningAt(schema, data, path);
  return { path, wrong: `${show(name)} is missing`, right };
}

function wrongIn(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return wrongSort(value);
    case "invalid_value":
    case "invalid_union":
      return `${show(value)} is not one of the choices`;
    case "too_small":
      return issue.minimum === 1 ? "there is nothing in it" : `${show(value)} is too little`;
    case "too_big":
      return issue.origin === "number" ? `${show(value)} is too large` : "it is too long";
    default:
      return issue.message;
  }
}

function rightIn(issue: Issue, value: unknown, path: Path, { schema, data }: Checked): string {
  const choices = choicesOf(issue);
  if (choices.length > 0) return typeof value === "string" ? nearest(value, choices) : oneOf(choices);
  switch (issue.code) {
    case "invalid_type":
      return SORTS[issue.expected] ?? meaningAt(schema, data, path);
    case "too_small":
      return `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "custom":
      return "values that fit together";
    default:
      return meaningAt(schema, data, path);
  }
}

function choicesOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue) return (issue.options as unknown[]).map(String);
  return [];
}

const SORTS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a map",
  record: "a map",
};

function wrongSort(value: unknown): string {
  if (value === null) return "there is nothing here";
  return `${show(value)} is ${SORTS[Array.isArray(value) ? "array" : typeof value] ?? typeof value}`;
}

/** The sort of value that one way to read a value wants, if that is all that is wrong. */
function sortWanted([first]: readonly Issue[]): string | undefined {
  return first?.code === "invalid_type" && first.path.length === 0 ? SORTS[first.expected] : undefined;
}

/** Of several ways to read a value, the one that it fits best: what is wrong lies deepest, or is not the sort of value. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (branch: readonly Issue[]) =>
    Math.max(...branch.map(({ path, code }) => 2 * path.length - (code === "invalid_type" ? 1 : 0)));
  const deepest = Math.max(...branches.map(depth));
  const best = branches.filter((branch) => depth(branch) === deepest);
  if (best.length === 1) return best[0]!;
  const first = best.map(([issue]) => issue!);
  const values = first.flatMap((issue) => (issue.code === "invalid_value" ? issue.values : []));
  if (values.length > 0 && first.every(({ code }) => code === "invalid_value"))
    return [{ ...first[0]!, values } as Issue];
  return best[0]!;
}

/** What stands at a path of plain data; undefined if the path leads nowhere. */
export function valueAt(data: unknown, path: Path): unknown {
  let here = data;
  for (const segment of path) {
    const holds = typeof here === "object" && here !== null && Object.hasOwn(here, segment);
    here = holds ? (here as Record<string | number, unknown>)[segment] : undefined;
  }
  return here;
}
