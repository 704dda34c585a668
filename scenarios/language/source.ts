import { type Document, isCollection, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from "yaml";
import { type Flaw, type Path, type Problem, pathInWords } from "./problem.ts";

/** Parts that aliases may stand for, in all. */
export const MOST_ALIASES = 100;

/** A YAML text as a tree that knows where each of its parts stands in the text. */
export class Source {
  readonly file: string;
  readonly document: Document;
  private readonly lines: LineCounter;
  /** Parts that came from the command line, by the option they came from. */
  private readonly given: Map<unknown, string>;

  constructor(file: string, document: Document, lines: LineCounter, given = new Map<unknown, string>()) {
    this.file = file;
    this.document = document;
    this.lines = lines;
    this.given = given;
  }

  /** The same text with a tree of its own, to be changed by a variant. */
  copy(): Source {
    return new Source(this.file, this.document.clone() as Document, this.lines, new Map(this.given));
  }

  /** The tree as plain data. */
  toData(): unknown {
    return this.document.toJS({ maxAliasCount: MOST_ALIASES });
  }

  /** Says that a part came from an option of the command line. */
  giveFrom(option: string, node: Node): void {
    this.given.set(node, option);
  }

  /** A flaw with its place in the text; the nearest part that exists, if the path leads nowhere. */
  locate({ path, wrong, right, atKey = false, offset = 0, severity = "error" }: Flaw): Problem {
    const { mark, option, whole } = this.walk(path, atKey);
    const words = { path: pathInWords(path), wrong, right, severity } as const;
    if (option !== undefined) return { file: option, line: 0, col: 0, ...words };
    const start = (mark?.range?.[0] ?? 0) + (whole ? offsetIn(mark, offset) : 0);
    return { file: this.file, ...this.placeAt(start), ...words };
  }

  placeAt(position: number): { line: number; col: number } {
    const { line, col } = this.lines.linePos(position);
    return line === 0 ? { line: 1, col: 1 } : { line, col };
  }

  /** Follows a path as far as it leads: the value there, its key, or the key of what should hold the missing part. */
  private walk(path: Path, atKey: boolean): { mark: Node | null; option: string | undefined; whole: boolean } {
    let node = this.document.contents as Node | null;
    let key: Node | null = node;
    let option = this.given.get(node);
    for (const segment of path) {
      const holder = node;
      const pair = pairOf(holder, segment);
      const item = isSeq(holder) ? (holder.items[Number(segment)] as Node | undefined) : undefined;
      if (pair === undefined && item === undefined)
        return { mark: isCollection(holder) ? key : node, option, whole: false };
      key = (pair?.key ?? item) as Node;
      node = (pair === undefined ? item : pair.value) as Node | null;
      option = this.given.get(node) ?? option;
    }
    const empty = node === null || (isScalar(node) && node.value === null && node.source === "");
    return { mark: atKey || empty ? key : node, option, whole: !atKey };
  }
}

/** The entry of a map under a key, whatever the key is written as. */
export function pairOf(node: unknown, key: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => keyOf(pair) === String(key));
}

export function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** The character within a scalar; after the quote if there is one, and at its start if it runs over lines. */
function offsetIn(node: Node | null, offset: number): number {
  if (!isScalar(node) || typeof node.value !== "string" || node.type?.startsWith("BLOCK")) return 0;
  if ((node.source ?? "").includes("\n")) return 0;
  return offset + (node.type === "PLAIN" ? 0 : 1);
}
