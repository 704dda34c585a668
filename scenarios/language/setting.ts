import { isMap, isScalar, isSeq, type Node, Pair, Scalar, YAMLMap } from "yaml";
import { Mistake, show } from "../../models/unit.ts";
import { nearest } from "../check/suggestion.ts";
import type { Checked } from "./issue.ts";
import type { Path } from "./problem.ts";
import { type JsonSchema, keysAt } from "./shape.ts";
import { keyOf, pairOf, type Source } from "./source.ts";

/** By these an entry of a list can be named instead of counted: `timeline.add-proxies.to`. */
const NAMING_KEYS = ["as", "name", "group", "hostname", "server", "zone"];

const EVERY = "*";

/** A part of the tree and where it is; undefined if the schema knows the key but the file does not use it. */
interface Spot {
  readonly path: Path;
  readonly node: unknown;
}

/**
 * The paths that a path in words leads to, such as "proxysql.mysql_servers.*.max_connections". Components need no
 * heading; `*` stands for every entry; entries of lists go by their name or their number, from 0.
 * A key that the schema knows counts as being there.
 */
export function pathsOf(words: string, source: Source, { schema, data }: Checked): readonly Path[] | Mistake {
  let spots: Spot[] = [{ path: [], node: source.document.contents }];
  for (const segment of rooted(words.split("."), schema)) {
    const next = spots.flatMap((spot) => entriesOf(spot, segment, schema, data));
    if (next.length === 0) return nothingCalled(segment, words, spots, schema, data);
    spots = next;
  }
  return spots.map(({ path }) => path);
}

/** Puts a copy of a value at a path that leads somewhere; returns the copy. Maps on the way are made if need be. */
export function setAt(source: Source, path: Path, value: Node): Node {
  const copy = value.clone() as Node;
  let holder: unknown = source.document.contents;
  for (const [at, segment] of path.entries()) {
    const last = at === path.length - 1;
    if (isSeq(holder)) {
      if (last) holder.items[Number(segment)] = copy;
      holder = holder.items[Number(segment)];
    } else if (isMap(holder)) {
      const pair = pairOf(holder, segment) ?? new Pair(new Scalar(String(segment)));
      if (!holder.items.includes(pair)) holder.items.push(pair);
      if (last) pair.value = copy;
      else if (isEmpty(pair.value)) pair.value = new YAMLMap();
      holder = pair.value;
    }
  }
  return copy;
}

/** A path that does not begin with a heading of the file begins with a component. */
function rooted(segments: string[], { properties }: JsonSchema): string[] {
  return Object.hasOwn(properties ?? {}, segments[0] ?? "") ? segments : ["components", ...segments];
}

function entriesOf({ path, node }: Spot, segment: string, schema: JsonSchema, data: unknown): Spot[] {
  if (isSeq(node)) {
    const items = [...node.items.entries()];
    const meant = items.filter(
      ([at, item]) => segment === EVERY || segment === String(at) || namesOf(item).includes(segment),
    );
    return meant.map(([at, item]) => ({ path: [...path, at], node: item }));
  }
  if (segment === EVERY) {
    const pairs = isMap(node) ? node.items.filter((pair) => keyOf(pair) !== "kind") : [];
    return pairs.map((pair) => ({ path: [...path, keyOf(pair)], node: pair.value }));
  }
  const pair = pairOf(node, segment);
  const open = isMap(node) || node === undefined || isEmpty(node);
  const known = pair !== undefined || (open && keysAt(schema, data, path).includes(segment));
  return known ? [{ path: [...path, segment], node: pair?.value }] : [];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (isScalar(value) && value.value === null);
}

function namesOf(item: unknown): string[] {
  const values = NAMING_KEYS.map((key) => pairOf(item, key)?.value);
  return values.flatMap((value) => (isScalar(value) ? [String(value.value)] : []));
}

function nothingCalled(
  segment: string,
  words: string,
  spots: readonly Spot[],
  schema: JsonSchema,
  data: unknown,
): Mistake {
  const known = spots.flatMap(({ node, path }) => {
    const names = isMap(node) ? node.items.map(keyOf) : isSeq(node) ? node.items.flatMap(namesOf) : [];
    return [...names, ...(isScalar(node) && node.value !== null ? [] : keysAt(schema, data, path))];
  });
  const wrong = `nothing is called ${show(segment)} in the path ${show(words)}`;
  return new Mistake(wrong, known.length > 0 ? nearest(segment, [...new Set(known)]) : "a path that ends before it");
}
