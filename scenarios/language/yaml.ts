import {
  type Document,
  isAlias,
  isCollection,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from "yaml";
import { show } from "../../models/unit.ts";
import type { Problem } from "./problem.ts";
import { keyOf, MOST_ALIASES, Source } from "./source.ts";

const LARGEST = 1024 * 1024;
const DEEPEST = 40;
const MOST_MISTAKES = 100;

/** Reads a YAML text; what is wrong with it as YAML comes back as problems. Never throws. */
export function readSource(text: string, file: string): Source | Problem[] {
  const whole = (wrong: string, right: string, position = 0): Problem[] => {
    const before = text.slice(0, position).split("\n");
    const place = { line: before.length, col: (before[before.length - 1]?.length ?? 0) + 1 };
    return [{ severity: "error", file, ...place, path: "", wrong, right }];
  };
  if (text.length > LARGEST) return whole(`the file has ${text.length} characters`, `at most ${LARGEST}`);
  const binary = text.search(BINARY);
  if (binary >= 0) return whole("this is not a text in UTF-8", "a YAML file", binary);
  const yaml = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (yaml.trim() === "") return whole("the file is empty", "a scenario: at least name, duration and components");
  const deep = nestedTooDeeply(yaml);
  if (deep >= 0)
    return whole("this is nested too deeply", `at most ${DEEPEST} levels`, deep + text.length - yaml.length);
  try {
    return parse(yaml, file);
  } catch {
    return whole("the file cannot be read", "YAML 1.2");
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BINARY = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFD]/;

/** Signs that the lexer puts between the pieces of the text; they are not part of it. */
const BETWEEN = ["\u0002", "\u0018", "\u001F"];
const WIDEST_INDENT = 10 * DEEPEST;

/** Where nesting gets so deep that a recursive reader would run out of stack; -1 if it does not. */
function nestedTooDeeply(yaml: string): number {
  let brackets = 0;
  let inLine = 0;
  let at = 0;
  for (const token of new Lexer().lex(yaml)) {
    if (BETWEEN.includes(token)) continue;
    if (token === "[" || token === "{") brackets++;
    else if (token === "]" || token === "}") brackets--;
    else if (token === "-" || token === "?") inLine++;
    else if (token.includes("\n")) inLine = 0;
    const indent = token.trim() === "" ? token.length : 0;
    if (brackets > DEEPEST || inLine > DEEPEST || indent > WIDEST_INDENT) return at;
    at += token.length;
  }
  return -1;
}

/** The parser itself loses count of lines where it finds a piece out of place. */
function linesOf(yaml: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = yaml.indexOf("\n"); at >= 0; at = yaml.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return lines;
}

function parse(yaml: string, file: string): Source | Problem[] {
  const lines = linesOf(yaml);
  // Keys are compared in `flawsOf`: the library compares each with each, which takes minutes for a hostile file.
  const document = parseDocument(yaml, { prettyErrors: false, uniqueKeys: false });
  const source = new Source(file, document as Document, lines);
  const mistakes = withoutAftermath([...document.errors, ...document.warnings]).map(({ code, message, pos }) => {
    const unclosed = message.startsWith("Flow") && message.includes("end with");
    const [wrong, right] = unclosed ? UNCLOSED : (YAML_MISTAKES[code] ?? [firstLine(message), "YAML 1.2"]);
    return { severity: "error" as const, file, ...source.placeAt(pos[0]), path: "", wrong, right };
  });
  const problems = [...mistakes, ...flawsOf(source)];
  if (problems.length > 0) return problems.slice(0, MOST_MISTAKES);
  try {
    source.toData();
    source.document.contents = withoutAliases(document.contents, new Map()) as typeof document.contents;
  } catch {
    const wrong = "the aliases multiply into too many parts";
    return [source.locate({ path: [], wrong, right: `at most ${MOST_ALIASES} parts through aliases` })];
  }
  return source;
}

/** Once a piece is out of place, all that follows is as well. */
function withoutAftermath(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.findIndex(({ code }) => code === "UNEXPECTED_TOKEN");
  return first < 0 ? errors : errors.slice(0, first + 1);
}

/** What YAML allows and a scenario does not: equal keys, keys that are no words, aliases in themselves, deep nesting. */
function flawsOf(source: Source): Problem[] {
  const problems: Problem[] = [];
  const open = new Set<string>();
  const anchors = new Set<string>();
  const add: Add = (node, wrong, right) => {
    const place = source.placeAt(node?.range?.[0] ?? 0);
    problems.push({ severity: "error", file: source.file, ...place, path: "", wrong, right });
  };
  const visit = (node: unknown, depth: number): void => {
    if (isAlias(node) && open.has(node.source))
      add(node, `the alias *${node.source} is within what it stands for`, "it elsewhere");
    else if (isAlias(node) && !anchors.has(node.source))
      add(node, `nothing is anchored as &${node.source}`, "an anchor before it");
    if (!isCollection(node)) {
      if (isScalar(node) && node.anchor !== undefined) anchors.add(node.anchor);
      return;
    }
    if (depth > DEEPEST) return add(node as Node, "this is nested too deeply", `at most ${DEEPEST} levels`);
    if (node.anchor !== undefined) open.add(node.anchor);
    const keys = new Map<string, Node>();
    for (const item of node.items) {
      if (isPair(item)) visitKey(item, keys, source, add);
      visit(isPair(item) ? item.value : item, depth + 1);
    }
    if (node.anchor === undefined) return;
    open.delete(node.anchor);
    anchors.add(node.anchor);
  };
  visit(source.document.contents, 1);
  return problems;
}

type Add = (node: Node | null, wrong: string, right: string) => void;

function visitKey(pair: Pair, keys: Map<string, Node>, source: Source, add: Add): void {
  const key = pair.key as Node | null;
  const name = keyOf(pair);
  if (!isScalar(key) || key.value === null || name === "__proto__") add(key, "this cannot be a key", "a word");
  const before = keys.get(name);
  if (before === undefined) keys.set(name, key as Node);
  else
    add(
      key,
      `the key ${show(name)} is there twice`,
      `it once (the first is in line ${source.placeAt(before.range?.[0] ?? 0).line})`,
    );
}

/** Puts what they stand for in the place of aliases, so that a variant that changes one place changes no other. */
function withoutAliases(node: unknown, anchors: Map<string, Node>): Node {
  if (isAlias(node)) return anchors.get(node.source)!.clone() as Node;
  if (isCollection(node)) {
    for (const [at, item] of node.items.entries()) {
      if (isPair(item)) item.value = item.value === null ? null : withoutAliases(item.value, anchors);
      else node.items[at] = withoutAliases(item, anchors);
    }
  }
  if (isNode(node) && !isAlias(node) && node.anchor !== undefined) {
    anchors.set(node.anchor, node);
    delete node.anchor;
  }
  return node as Node;
}

const UNCLOSED = [
  "a bracket that was opened before is not closed",
  '"]" or "}" before this, or more indentation',
] as const;

/** What the library's codes for broken YAML mean, and what would be right. */
const YAML_MISTAKES: Readonly<Record<string, readonly [string, string]>> = {
  ALIAS_PROPS: ["an alias has an anchor or a tag", "the alias alone"],
  BAD_ALIAS: ["this is not an alias", 'a name after "*"; a text that begins with "*" needs quotes'],
  BAD_INDENT: ["the indentation does not fit", "the same indentation as the lines it belongs to"],
  BAD_SCALAR_START: ["a plain text cannot begin like this", "the text in quotes"],
  BLOCK_AS_IMPLICIT_KEY: ['there is a second ":" in the line', "the value in quotes, or on lines of its own"],
  BLOCK_IN_FLOW: ["a block of lines stands within brackets", "the whole in brackets, or none of it"],
  MISSING_CHAR: ["a sign is missing", 'the closing quote or bracket, or ":" after a key, or "," between items'],
  MULTIPLE_DOCS: ['the file holds more than one document ("---")', "one scenario in a file"],
  MULTIPLE_ANCHORS: ["there are two anchors", "one"],
  MULTILINE_IMPLICIT_KEY: ["a key runs over several lines", 'a key and ":" on one line'],
  TAB_AS_INDENT: ["a tab is used to indent", "spaces"],
  TAG_RESOLVE_FAILED: ["this tag is not known", "the value without a tag"],
  UNEXPECTED_TOKEN: ["this is out of place", "YAML 1.2; a text with special signs needs quotes"],
};

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
