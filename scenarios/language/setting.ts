import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, YAMLMap, type YAMLSeq } from "yaml";
import { Mistake, show } from "../../models/unit.ts";
import { nearest } from "../check/suggestion.ts";
import type { Path } from "./problem.ts";
import { type JsonSchema, keysAt } from "./shape.ts";
import { keyOf, pairOf, type Source } from "./source.ts";

/** By these an entry of a list can be named instead of counted: `timeline.add-proxies.to`. */
const NAMING_KEYS = ["as", "name", "group", "hostname", "zone"];

const EVERY = "*";

/** One place that a path in words leads to. */
interface Place {
  readonly path: Path;
  /** The map or list that holds it. */
  readonly holder: YAMLMap | YAMLSeq;
  /** The entry there; undefined if the schema knows the key but the file does not use it. */
  readonly entry: Pair | Node | undefined;
}

/**
 * The places that a path such as "proxysql.mysql_servers.*.max_connections" leads to. Components need no heading;
 * `*` stands for every entry. A key that the schema knows counts as being there.
 */
export function placesOf(words: string, source: Source, schema: JsonSchema): readonly Place[] | Mistake {
  const root = source.document.contents;
  if (!isMap(root)) return new Mistake("the file is no map", "a scenario");
  const data = source.toData();
  const segments = rooted(words.split("."), schema);
  let holders: { node: unknown; path: Path }[] = [{ node: root, path: [] }];
  let places: Place[] = [];
  for (const [at, segment] of segments.entries()) {
    places = holders.flatMap(({ node, path }) => entriesOf(node, path, segment, schema, data));
    if (places.length === 0) return unknownSegment(words, segment, holders, schema, data);
    if (at < segments.length - 1) holders = places.map(({ path, entry, holder }) => ({ node: opened(entry, holder, path), path }));
  }
  return places;
}

/** Puts a value at every place; each gets a copy of its own. */
export function setAt(places: readonly Place[], value: Node): void {
  for (const { path, holder, entry } of places) {
    const copy = value.clone() as Node;
    const key = path[path.length - 1]!;
    if (isMap(holder)) putIntoMap(holder, entry as Pair | undefined, String(key), copy);
    else holder.items[Number(key)] = copy;
  }
}

/** A path that does not begin with a heading of the file begins with a component. */
function rooted(segments: string[], { properties }: JsonSchema): string[] {
  return Object.hasOwn(properties ?? {}, segments[0] ?? "") ? segments : ["components", ...segments];
}

function entriesOf(node: unknown, path: Path, segment: string, schema: JsonSchema, data: unknown): Place[] {
  if (isMap(node)) {
    const pairs = segment === EVERY ? node.items.filter((pair) => keyOf(pair) !== "kind") : [pairOf(node, segment)];
    const there = pairs.filter((pair) => pair !== undefined);
    const known = segment !== EVERY && there.length === 0 && keysAt(schema, data, path).includes(segment);
    if (known) return [{ path: [...path, segment], holder: node, entry: undefined }];
    return there.map((pair) => ({ path: [...path, keyOf(pair)], holder: node, entry: pair }));
  }
  if (!isSeq(node)) return [];
  const items = node.items as Node[];
  return items.flatMap((entry, at) => {
    const meant = segment === EVERY || segment === String(at) || namesOf(entry).includes(segment);
    return meant ? [{ path: [...path, at], holder: node, entry }] : [];
  });
}

/** What can be looked into at a place; a key without a value is given an empty map. */
function opened(entry: Place["entry"], holder: Place["holder"], path: Path): unknown {
  if (entry === undefined || ("value" in entry && !isScalar(entry) && isEmpty(entry.value))) {
    const map = new YAMLMap();
    if (isMap(holder)) putIntoMap(holder, entry as Pair | undefined, String(path[path.length - 1]), map);
    return map;
  }
  return "key" in entry ? entry.value : entry;
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function putIntoMap(map: YAMLMap, pair: Pair | undefined, key: string, value: Node): void {
  if (pair === undefined) map.add({ key: new Scalar(key), value } as Pair);
  else pair.value = value;
}

function namesOf(entry: Node): string[] {
  const pairs = NAMING_KEYS.map((key) => pairOf(entry, key)?.value);
  return pairs.flatMap((value) => (isScalar(value) ? [String(value.value)] : []));
}

function unknownSegment(
  words: string,
  segment: string,
  holders: readonly { node: unknown; path: Path }[],
  schema: JsonSchema,
  data: unknown,
): Mistake {
  const known = holders.flatMap(({ node, path }) => {
    const names = isMap(node) ? node.items.map(keyOf) : isSeq(node) ? (node.items as Node[]).flatMap(namesOf) : [];
    return [...names, ...keysAt(schema, data, path)];
  });
  const right = known.length > 0 ? nearest(segment, [...new Set(known)]) : "a path that ends before it";
  const wrong = segment === EVERY ? "nothing is there for *" : `nothing is called ${show(segment)}`;
  return new Mistake(`${wrong} in the path ${show(words)}`, right);
}
