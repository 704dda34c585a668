import type { Kind } from "../../models/kind.ts";
import { componentSchema, scenarioSchema } from "./schema.ts";
import type { JsonSchema } from "./shape.ts";

/** One option of a kind of component, as the reference shows it. */
export interface ReferenceRow {
  /** Where it stands: "mysql_servers[].max_connections"; `<name>` is any name, (mysql2) the choice that it belongs to. */
  readonly option: string;
  readonly meaning: string;
  /** What a value looks like: "duration", "ms", "whole number", "one of a, b". */
  readonly unit: string;
  /** As written in a file; "required" if there is none, "none" if it may be left out. */
  readonly standard: string;
  /** Where the product says so; "model" for assumptions of the simulation; "" for what only this language has. */
  readonly source: string;
}

/** Every option of a kind. */
export function referenceOf(kind: Kind): ReferenceRow[] {
  return rowsOf(componentSchema(kind), "").filter(({ option }) => option !== "kind");
}

/** Every field of a scenario file but for the options of its components. */
export function referenceOfFile(): ReferenceRow[] {
  return rowsOf(scenarioSchema([]), "");
}

function rowsOf(schema: JsonSchema, prefix: string): ReferenceRow[] {
  const { properties = {}, required = [], items, additionalProperties } = schema;
  const own = Object.entries(properties).flatMap(([name, shape]) => {
    if (shape.const !== undefined) return [];
    const option = prefix === "" ? name : `${prefix}.${name}`;
    return [rowOf(option, shape, required.includes(name)), ...rowsOf(shape, option)];
  });
  const ofItems = items === undefined ? [] : rowsOf(items, `${prefix}[]`);
  const ofNames = typeof additionalProperties === "object" ? rowsOf(additionalProperties, `${prefix}.<name>`) : [];
  const choices = (schema.anyOf ?? schema.oneOf ?? []).flatMap((shape) => rowsOf(shape, `${prefix}${choiceIn(shape)}`));
  return [...own, ...ofItems, ...ofNames, ...choices];
}

/** What a shape is chosen by, where it is one of several: " (mysql2)". */
function choiceIn({ properties = {} }: JsonSchema): string {
  const chosen = Object.values(properties).find((shape) => shape.const !== undefined)?.const;
  return chosen === undefined ? "" : ` (${String(chosen)})`;
}

function rowOf(option: string, shape: JsonSchema, isRequired: boolean): ReferenceRow {
  const description = shape.description ?? "";
  const [, said = description, , source = ""] = /^(.*?)(\s*Sources?: (.*?)\.?)?$/s.exec(description) ?? [];
  const isModel = said.startsWith("Model:");
  return {
    option,
    meaning: said.replace(/^Model:\s*(.)/, (_, first: string) => first.toUpperCase()),
    unit: unitOf(shape),
    standard: shape.default === undefined ? (isRequired ? "required" : "none") : JSON.stringify(shape.default),
    source: source !== "" ? source : isModel ? "model" : "",
  };
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "map",
};

function unitOf(shape: JsonSchema): string {
  if (typeof shape.unit === "string") return shape.unit;
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (Array.isArray(shape.enum)) return `one of ${shape.enum.join(", ")}`;
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(unitOf))].join(" or ");
  return TYPES[String(shape.type)] ?? "value";
}
