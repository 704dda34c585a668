import { isMap, isPair, isScalar, isSeq, type Node } from "yaml";
import type { Path } from "../../../scenarios/language/problem.ts";
import { keyOf, type Source } from "../../../scenarios/language/source.ts";
import { readSource } from "../../../scenarios/language/yaml.ts";

/** Characters of a text, from 0. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A key or a scalar of a scenario, and where it stands. */
export interface Leaf extends Span {
  readonly path: Path;
  readonly isKey: boolean;
  readonly node: Node;
}

/** The tree of a text; undefined while it is no YAML. */
export function treeOf(text: string): Source | undefined {
  const source = readSource(text, "");
  return Array.isArray(source) ? undefined : (source as Source);
}

/** Every key and scalar of a tree that stands in the text, each once: what an alias repeats is left out. */
export function leavesOf(source: Source): Leaf[] {
  const leaves: Leaf[] = [];
  const seen = new Set<number>();
  const visit = (node: unknown, path: Path): void => {
    if (isMap(node)) {
      for (const pair of node.items) {
        const below = [...path, keyOf(pair)];
        add(pair.key as Node | null, below, true);
        visit(pair.value, below);
      }
    } else if (isSeq(node)) {
      for (const [at, item] of node.items.entries()) visit(isPair(item) ? item.value : item, [...path, at]);
    } else if (isScalar(node)) add(node, path, false);
  };
  const add = (node: Node | null, path: Path, isKey: boolean): void => {
    const [from, to] = node?.range ?? [0, 0];
    if (node === null || seen.has(from) || to === from) return;
    seen.add(from);
    leaves.push({ path, isKey, node, from, to });
  };
  visit(source.document.contents, []);
  return leaves;
}

/** What is meant by a mistake at a line and column, from 1: the whole value there, or else the word. */
export function spanAt(text: string, line: number, col: number): Span {
  const from = offsetOf(text, line, col);
  const source = treeOf(text);
  const leaf = source && leavesOf(source).find((each) => from >= each.from && from < each.to);
  if (leaf !== undefined) return { from: leaf.from, to: endOfLine(text, leaf) };
  const word = /^[^\s,\]}]*/.exec(text.slice(from))?.[0].length ?? 0;
  return { from, to: Math.min(text.length, from + Math.max(1, word)) };
}

function offsetOf(text: string, line: number, col: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  return Math.min(text.length, start + Math.max(0, col - 1));
}

/** A value of many lines is marked at its first. */
function endOfLine(text: string, { from, to }: Span): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? to : Math.max(from + 1, Math.min(to, end));
}
