import { type JsonSchema, keysAt, shapesAt } from "../../../scenarios/language/shape.ts";
import { leavesOf, type Span, treeOf } from "./place.ts";

/** Something that may be written at a place, and what it means. */
interface Offer {
  readonly text: string;
  readonly about: string;
  readonly isKey: boolean;
}

/** What may stand at a place in place of the word that is there. */
export interface Offered extends Span {
  readonly offers: readonly Offer[];
}

const HERE = "here-is-somebody-writing";

/** What may be written at a position of a text: the keys that the schema knows there, or the values of a key. */
export function offersAt(text: string, position: number, schema: JsonSchema): Offered | undefined {
  const line = text.slice(text.lastIndexOf("\n", position - 1) + 1, position);
  const word = /[\w.-]*$/.exec(line)?.[0] ?? "";
  const before = line.slice(0, line.length - word.length);
  if (/(^|\s)#/.test(before)) return undefined;
  const from = position - word.length;
  const isValue = /[\w.*"'-]:\s+$/.test(before);
  const rest = text.slice(position).replace(/^[\w.-]*/, "");
  const end = text.length - rest.length;
  const source = treeOf(text.slice(0, from) + HERE + (isValue || rest.startsWith(":") ? "" : ":") + rest);
  const leaf = source && leavesOf(source).find((each) => each.from === from);
  if (source === undefined || leaf === undefined) return undefined;
  const data = source.toData();
  const offers = leaf.isKey ? keysOf(schema, data, leaf.path.slice(0, -1)) : valuesOf(schema, data, leaf.path);
  return offers.length === 0 ? undefined : { from, to: end, offers };
}

/** What the schema says of the key or value at a position. */
export function meaningOf(text: string, position: number, schema: JsonSchema): (Span & Meaning) | undefined {
  const source = treeOf(text);
  const leaf = source && leavesOf(source).find(({ from, to }) => position >= from && position <= to);
  if (source === undefined || leaf === undefined) return undefined;
  const shapes = shapesAt(schema, source.toData(), leaf.path);
  const about = [...new Set(shapes.flatMap(({ description }) => description ?? []))];
  if (about.length === 0) return undefined;
  const given = shapes.find((shape) => shape.default !== undefined)?.default;
  const examples = shapes.flatMap((shape) => shape.examples ?? []).slice(0, 3);
  return {
    from: leaf.from,
    to: leaf.to,
    path: leaf.path.join("."),
    about,
    default: written(given),
    examples: examples.map((each) => written(each)!),
  };
}

/** What a key means, what it is by default, and what it may be. */
export interface Meaning {
  readonly path: string;
  readonly about: readonly string[];
  readonly default: string | undefined;
  readonly examples: readonly string[];
}

function keysOf(schema: JsonSchema, data: unknown, path: readonly (string | number)[]): Offer[] {
  return keysAt(schema, data, path).map((text) => {
    const about = shapesAt(schema, data, [...path, text])[0]?.description ?? "";
    return { text, about, isKey: true };
  });
}

function valuesOf(schema: JsonSchema, data: unknown, path: readonly (string | number)[]): Offer[] {
  const last = path.at(-1);
  // What stands there now is nobody's kind yet, so that it may become any.
  const shapes: JsonSchema[] = last === "kind" ? kindsOf(schema) : shapesAt(schema, data, path);
  const values = shapes.flatMap((shape) => {
    const { const: only, enum: some, type, examples = [], description = "" } = shape;
    const all =
      only === undefined
        ? ((some as unknown[] | undefined) ?? (type === "boolean" ? [true, false] : examples))
        : [only];
    return all.map((value): Offer => ({ text: written(value)!, about: description, isKey: false }));
  });
  const isName = shapes.some(({ type, examples, enum: some }) => type === "string" && !examples && !some);
  const names = isName ? Object.keys(componentsOf(data)).map((text) => ({ text, about: "", isKey: false })) : [];
  return [...new Map([...values, ...names].map((each) => [each.text, each])).values()];
}

function kindsOf({ properties }: JsonSchema): JsonSchema[] {
  const part: JsonSchema | boolean | undefined = properties?.components?.additionalProperties;
  const kinds: readonly JsonSchema[] = typeof part === "object" ? (part.oneOf ?? []) : [];
  return kinds.map(({ properties: options }) => options?.kind).filter((kind) => kind !== undefined);
}

function componentsOf(data: unknown): object {
  const { components } = (data ?? {}) as { components?: unknown };
  return typeof components === "object" && components !== null ? components : {};
}

function written(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
