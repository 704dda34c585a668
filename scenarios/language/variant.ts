import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, YAMLSeq } from "yaml";
import { Mistake, show } from "../../models/unit.ts";
import type { Flaw, Path, Problem } from "./problem.ts";
import { placesOf, setAt } from "./setting.ts";
import type { JsonSchema } from "./shape.ts";
import { keyOf, pairOf, type Source } from "./source.ts";

/**
 * Applies a variant to a tree: first the variants that it is made of, then what it leaves out, sets and adds.
 * Parts keep their place in the text, so that mistakes are found where somebody wrote them.
 */
export function applyVariant(source: Source, name: string, schema: JsonSchema, within: readonly string[] = []): Flaw[] {
  const variant = nodeAt(source, ["variants", name]);
  if (!isMap(variant) || within.includes(name)) return [];
  const path: Path = ["variants", name];
  const flaws = textsOf(pairOf(variant, "of")?.value).flatMap((other) => applyVariant(source, other, schema, [...within, name]));
  flaws.push(...leaveOut(source, textsOf(pairOf(variant, "without")?.value), [...path, "without"]));
  const set = pairOf(variant, "set")?.value;
  for (const pair of isMap(set) ? set.items : []) flaws.push(...applySetting(source, pair, [...path, "set"], schema));
  append(source, pairOf(variant, "timeline")?.value);
  for (const key of ["checks", "expect"]) replace(source, key, pairOf(variant, key)?.value);
  return flaws;
}

/** Applies "path=value" from the command line; the value is YAML. */
export function applyOverride(source: Source, option: string, schema: JsonSchema): Problem | undefined {
  const equals = option.indexOf("=");
  const words = equals < 0 ? option : option.slice(0, equals).trim();
  const place = { severity: "error", file: `--set ${words}`, line: 0, col: 0, path: "" } as const;
  if (equals < 1) return { ...place, wrong: `${show(option)} is not path=value`, right: "such as proxysql.replicas=43" };
  const document = parseDocument(option.slice(equals + 1), { prettyErrors: false });
  if (document.errors.length > 0) return { ...place, wrong: "the value is not YAML", right: "a word, a number, or text in quotes" };
  const places = placesOf(words, source, schema);
  if (places instanceof Mistake) return { ...place, wrong: places.wrong, right: places.right };
  setAt(places, document.contents as Node);
  for (const { path } of places) source.giveFrom(place.file, path);
  return undefined;
}

function applySetting(source: Source, { key, value }: Pair, path: Path, schema: JsonSchema): Flaw[] {
  const words = isScalar(key) ? String(key.value) : "";
  const places = placesOf(words, source, schema);
  if (places instanceof Mistake) {
    return [{ path: [...path, words], atKey: true, wrong: places.wrong, right: places.right }];
  }
  if (value !== null) setAt(places, value as Node);
  return [];
}

/** Takes named entries out of the timeline. */
function leaveOut(source: Source, names: readonly string[], path: Path): Flaw[] {
  const timeline = nodeAt(source, ["timeline"]);
  const items = isSeq(timeline) ? (timeline.items as Node[]) : [];
  const nameOf = (item: Node) => textsOf(pairOf(item, "as")?.value)[0];
  if (isSeq(timeline)) timeline.items = items.filter((item) => !names.includes(nameOf(item) ?? ""));
  const missing = names.filter((name) => !items.some((item) => nameOf(item) === name));
  return missing.map((name) => unknownEntry(name, items.map(nameOf), [...path, names.indexOf(name)]));
}
