import type { Micros } from "../../sim/time.ts";
import type { ComponentEntry } from "./result.ts";
import type { Fact } from "./story.ts";

/** Facts of one sort on one component, or on the pods of one deployment, told as one. */
export interface FactGroup {
  /** In order of time. */
  readonly facts: readonly Fact[];
  readonly from: Micros;
  /** When the last of them began. */
  readonly until: Micros;
  /** In words: "11 pods of proxysql are not ready"; figures that differ are ranges: "after 3 to 19 failures". */
  readonly text: string;
}

/** How several facts are told as one in a language; `sentence` has a NUL where the component stands. */
export interface GroupWords {
  /** A sentence about so many pods of a deployment, or about a part of each of them (empty: the pods themselves). */
  onPods(sentence: string, pods: number, owner: string, part: string): string;
  range(least: number, most: number): string;
  times(sentence: string, times: number): string;
}

/** Tells facts of the same sort as one, in the order in which each sort began; their texts are in the same language. */
export function groupFacts(
  facts: readonly Fact[],
  components: readonly ComponentEntry[],
  words: GroupWords = ENGLISH,
): FactGroup[] {
  const owners = ownersOf(components);
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${fact.fact} ${placeOf(fact, owners).join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), fact]);
  }
  return [...groups.values()].map((group) => {
    const [from, until] = [group[0]!.at, group[group.length - 1]!.at];
    return { facts: group, from, until, text: textOf(group, owners, words) };
  });
}

/** The deployment of each pod, by path. */
type Owners = ReadonlyMap<string, string>;

function ownersOf(components: readonly ComponentEntry[]): Owners {
  const owners = new Map<string, string>();
  let owner = "";
  for (const { path, kind } of components) {
    if (kind.endsWith(" pod")) owners.set(path, owner);
    else owner = path;
  }
  return owners;
}

/** The component without the number of its pod: the deployment, and the part of the pod that is meant. */
function placeOf({ component }: Fact, owners: Owners): [owner: string, part: string] {
  const [pod = "", ...part] = component.split("/");
  const owner = owners.get(pod);
  return owner === undefined ? [component, ""] : [owner, part.join("/")];
}

function textOf(group: readonly Fact[], owners: Owners, words: GroupWords): string {
  const places = new Set(group.map(({ component }) => component)).size;
  const texts = group.map(({ text, component }) => text.replaceAll(component, SUBJECT));
  const merged = mergeFigures(texts, words);
  const [owner, part] = placeOf(group[0]!, owners);
  const sentence =
    places === 1 ? merged.replaceAll(SUBJECT, group[0]!.component) : words.onPods(merged, places, owner, part);
  return group.length > places ? words.times(sentence, group.length) : sentence;
}

/** Stands for the component while figures are compared: the number of a pod is none of them. */
export const SUBJECT = "\0";
const PLURALS: Readonly<Record<string, string>> = { is: "are", has: "have", uses: "use" };

const ENGLISH: GroupWords = {
  onPods(sentence, pods, owner, part) {
    if (part !== "") return sentence.replaceAll(SUBJECT, `${part} on ${pods} pods of ${owner}`);
    const plural = sentence.replace(/^\0 (is|has|uses)\b/, (_, verb: string) => `${SUBJECT} ${PLURALS[verb]}`);
    return plural.replaceAll(SUBJECT, `${pods} pods of ${owner}`);
  },
  range: (least, most) => `${least} to ${most}`,
  times: (sentence, times) => `${sentence} (${times} times)`,
};

const FIGURE = /\d+(?:\.\d+)?/g;

/** One sentence for several that differ in their figures only: "1 to 3 of 6 pods"; the first where they differ in words. */
function mergeFigures(texts: readonly string[], words: GroupWords): string {
  const [first = ""] = texts;
  const skeleton = (text: string) => text.replace(FIGURE, "#");
  if (texts.some((text) => skeleton(text) !== skeleton(first))) return first;
  const figures = texts.map((text) => text.match(FIGURE)?.map(Number) ?? []);
  let at = 0;
  return first.replace(FIGURE, (figure) => {
    const values = figures.map((row) => row[at]!);
    at++;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? figure : words.range(least, most);
  });
}
