import { isMap, isScalar, isSeq, type Node, Pair, parseDocument, Scalar, visit, YAMLSeq } from "yaml";
import { Mistake, show } from "../../models/unit.ts";
import { nearest } from "../check/suggestion.ts";
import { circlesOf } from "./circle.ts";
import { listOf, recordOf } from "./data.ts";
import type { Checked } from "./issue.ts";
import type { Flaw, Path, Problem } from "./problem.ts";
import { pathsOf, setAt } from "./setting.ts";
import { keyOf, pairOf, type Source } from "./source.ts";

const MOST_SETTINGS = 1000;

/**
 * Applies a variant to a tree: first the variants that it is made of, then what it leaves out, sets and adds. What was
 * reported of the scenario was reported of it as it stands, so that does not hold for a variant.
 *
 * Parts keep their place in the text, so that mistakes are found where somebody wrote them. `file` is the file before.
 */
export function applyVariant(source: Source, name: string, file: Checked, applied = new Set<string>()): Flaw[] {
  const variant = pairOf(topOf(source, "variants"), name)?.value;
  if (!isMap(variant) || applied.has(name)) return [];
  if (applied.size === 0) setAt(source, ["reported"], new YAMLSeq());
  applied.add(name);
  const path: Path = ["variants", name];
  const flaws = textsOf(pairOf(variant, "of")?.value).flatMap((other) => applyVariant(source, other, file, applied));
  flaws.push(...leaveOut(source, textsOf(pairOf(variant, "without")?.value), [...path, "without"]));
  flaws.push(...applySettings(source, pairOf(variant, "set")?.value, [...path, "set"], file));
  const additional = pairOf(variant, "timeline")?.value;
  if (isSeq(additional)) timelineOf(source).items.push(...additional.items.map((item) => (item as Node).clone()));
  for (const key of ["checks", "expect", "reported"]) {
    const value = pairOf(variant, key)?.value;
    if (value !== undefined && value !== null) setAt(source, [key], value as Node);
  }
  return flaws;
}

/** At the end of a path: a further entry of the list there, as in "timeline.+". */
const ONE_MORE = ".+";

/** Applies "path=value" from the command line; the value is written as in YAML. `path.+` adds an entry to a list. */
export function applyOverride(source: Source, override: string, file: Checked): Problem | undefined {
  const equals = override.indexOf("=");
  const words = (equals < 0 ? override : override.slice(0, equals)).trim();
  const option = `--set ${words}`;
  const problem = (wrong: string, right: string) =>
    ({ severity: "error", file: option, line: 0, col: 0, path: "", wrong, right }) as const;
  if (equals < 1)
    return problem(`${show(override)} is not path=value`, "a path and a value, such as proxysql.replicas=43");
  const document = parseDocument(override.slice(equals + 1), { prettyErrors: false });
  if (document.errors.length > 0 || document.contents === null || hasAlias(document.contents)) {
    return problem("the value cannot be read", "a word, a number, or a text in quotes, as in YAML");
  }
  const adds = words.endsWith(ONE_MORE);
  const paths = pathsOf(adds ? words.slice(0, -ONE_MORE.length) : words, source, file);
  if (paths instanceof Mistake) return problem(paths.wrong, paths.right);
  for (const path of paths) {
    const place = adds ? endOf(source, path) : path;
    if (place === undefined) return problem(`${show(words)} is no list`, "a list such as timeline.+");
    source.giveFrom(option, setAt(source, place, document.contents));
  }
  return undefined;
}

/** Where a further entry of a list goes; undefined if there is something else at the path. An empty place becomes a list. */
function endOf(source: Source, path: Path): Path | undefined {
  const there = source.document.getIn(path, true);
  if (isSeq(there)) return [...path, there.items.length];
  if (there !== undefined && there !== null && !(isScalar(there) && there.value === null)) return undefined;
  setAt(source, path, new YAMLSeq());
  return [...path, 0];
}

/** On the command line there is nothing that an alias could stand for. */
function hasAlias(value: unknown): boolean {
  let found = false;
  visit(value as Node, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function applySettings(source: Source, settings: unknown, path: Path, file: Checked): Flaw[] {
  if (!isMap(settings)) return [];
  if (settings.items.length > MOST_SETTINGS) {
    return [{ path, atKey: true, wrong: `${settings.items.length} settings`, right: `at most ${MOST_SETTINGS}` }];
  }
  return settings.items.flatMap(({ key, value }) => {
    const words = isScalar(key) ? String(key.value) : "";
    const paths = pathsOf(words, source, file);
    if (paths instanceof Mistake) {
      return [{ path: [...path, words], atKey: true, wrong: paths.wrong, right: paths.right }];
    }
    if (value !== null) for (const target of paths) setAt(source, target, value as Node);
    return [];
  });
}

/** Takes named entries out of the timeline. */
function leaveOut(source: Source, names: readonly string[], path: Path): Flaw[] {
  if (names.length === 0) return [];
  const timeline = timelineOf(source);
  const known = timeline.items.flatMap((item) => textsOf(pairOf(item, "as")?.value));
  timeline.items = timeline.items.filter((item) => !names.includes(textsOf(pairOf(item, "as")?.value)[0] ?? ""));
  return names.flatMap((name, at) => {
    if (known.includes(name)) return [];
    return [
      { path: [...path, at], wrong: `no entry of the timeline is called ${show(name)}`, right: nearest(name, known) },
    ];
  });
}

function timelineOf(source: Source): YAMLSeq {
  const there = topOf(source, "timeline");
  if (isSeq(there)) return there;
  const made = new YAMLSeq();
  const root = source.document.contents;
  if (isMap(root) && there === undefined) root.items.push(new Pair(new Scalar("timeline"), made));
  return made;
}

function topOf(source: Source, key: string): unknown {
  return pairOf(source.document.contents, key)?.value;
}

/** A text, or each text of a list. */
function textsOf(node: unknown): string[] {
  const nodes = isSeq(node) ? node.items : [node];
  return nodes.flatMap((each) => (isScalar(each) && typeof each.value === "string" ? [each.value] : []));
}

/** Variants that are made of others which are not there, or of themselves. */
export function flawsOfVariants(data: unknown): Flaw[] {
  const variants = recordOf(recordOf(data).variants);
  const names = Object.keys(variants);
  const links = names.flatMap((from) => {
    const { of } = recordOf(variants[from]);
    const others = typeof of === "string" ? [of] : listOf(of).filter((other) => typeof other === "string");
    return others.map((to, at) => ({
      from,
      to,
      path: ["variants", from, "of", ...(typeof of === "string" ? [] : [at])],
    }));
  });
  const unknown = links
    .filter(({ to }) => !names.includes(to))
    .map(({ to, path }) => {
      return { path, wrong: `there is no variant ${show(to)}`, right: nearest(to, names) };
    });
  const circles = circlesOf(links).map(({ names, closing }) => {
    return {
      path: closing.path,
      wrong: `${names.join(" -> ")} is a circle`,
      right: "variants made of others than themselves",
    };
  });
  return [...unknown, ...circles];
}

/** The names of the variants of a file, in its order. */
export function variantsOf(source: Source): string[] {
  const variants = topOf(source, "variants");
  return isMap(variants) ? variants.items.map(keyOf) : [];
}
