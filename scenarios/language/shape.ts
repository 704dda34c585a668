import { isRecord } from "./data.ts";
import type { Path } from "./problem.ts";

/** A JSON Schema, as far as it is looked at here. */
export interface JsonSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** The keys that may stand in the map at a path of a file. */
export function keysAt(schema: JsonSchema, data: unknown, path: Path): string[] {
  const keys = shapesAt(schema, data, path).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(keys)];
}

/** What should stand at a path, in a few words. */
export function meaningAt(schema: JsonSchema, data: unknown, path: Path): string {
  const [shape] = shapesAt(schema, data, path);
  const example = shape?.examples?.[0];
  const words = [TYPES[String(shape?.type)] ?? "a value"];
  if (example !== undefined) words.push(`such as ${JSON.stringify(example)}`);
  if (shape?.description !== undefined) words.push(`(${shape.description.replace(/[.]$/, "")})`);
  return words.join(" ");
}

/** Whether nothing but a whole number may stand at a path. */
export function isWholeAt(schema: JsonSchema, data: unknown, path: Path): boolean {
  const shapes = shapesAt(schema, data, path);
  return shapes.length > 0 && shapes.every(({ type }) => type === "integer");
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
};

/** The schemas that may apply at a path; the data there decides between alternatives that say what they are for. */
export function shapesAt(schema: JsonSchema, data: unknown, path: Path): JsonSchema[] {
  let shapes = alternatives(schema, data);
  let here = data;
  for (const segment of path) {
    here = isRecord(here) || Array.isArray(here) ? (here as Record<string, unknown>)[segment] : undefined;
    shapes = shapes.flatMap((shape) => {
      const next = childOf(shape, segment);
      return next === undefined ? [] : alternatives(next, here);
    });
  }
  return shapes;
}

function childOf(
  { properties, additionalProperties, items }: JsonSchema,
  segment: string | number,
): JsonSchema | undefined {
  if (items !== undefined && typeof segment === "number") return items;
  if (properties !== undefined && Object.hasOwn(properties, segment)) return properties[segment];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

function alternatives(schema: JsonSchema, data: unknown): JsonSchema[] {
  const nested = schema.anyOf ?? schema.oneOf;
  if (nested === undefined) return [schema];
  const described = nested.flatMap((each) => alternatives(each, data));
  const fitting = described.filter((shape) => fits(shape, data));
  return [...(fitting.length > 0 ? fitting : described)];
}

/** Whether the parts of the data that have one right value have it. */
function fits({ type, properties }: JsonSchema, data: unknown): boolean {
  if (type === "object" && data !== undefined && !isRecord(data)) return false;
  return Object.entries(properties ?? {}).every(([key, shape]) => {
    return shape.const === undefined || (isRecord(data) && (data[key] ?? shape.default) === shape.const);
  });
}
