import type { Fact } from "../../../../scenarios/experiment/story.ts";
import type { Header } from "../../../../scenarios/recording/header.ts";
import type { Micros } from "../../../../sim/time.ts";
import { type Span, shareOf } from "./zoom.ts";

/** Events so near to each other that one flag stands for all of them. */
export interface Flag {
  /** In order of time. */
  readonly facts: readonly Fact[];
  readonly at: Micros;
  /** From 0 to 1, across the span. */
  readonly share: number;
}

/** What stands for each sort of fact; an outage has a sign of its own. */
const GLYPHS = { action: "⚑", condition: "▲", event: "◆" } as const;
const OUTAGE = "✕";

/** "▲", or "✕" if an outage is among the facts. */
export function glyphOf({ facts }: Pick<Flag, "facts">): string {
  if (facts.some(({ fact }) => fact.startsWith("outage-"))) return OUTAGE;
  const first = facts.find(({ sort }) => sort === "action") ?? facts[0]!;
  return GLYPHS[first.sort];
}

/** The facts of some kinds and, if a component is selected, of it and of what belongs to it, in order of time. */
export function significantFacts(
  journal: readonly Fact[],
  { components }: Pick<Header, "components">,
  hidden: ReadonlySet<string>,
  selected: string | undefined,
): Fact[] {
  const parents = new Map(components.map(({ path, parent }) => [path, parent]));
  const isOf = (path: string) => {
    const pod = path.split("/")[0]!;
    return [path, pod, parents.get(pod)].includes(selected) || path.startsWith(`${selected}/`);
  };
  return journal
    .filter(({ fact, component }) => !hidden.has(fact) && (selected === undefined || isOf(component)))
    .sort((a, b) => a.at - b.at || a.id - b.id);
}

/** One flag for all events within `apart` pixels of the first of them, so that flags never touch. */
export function flagsOf(facts: readonly Fact[], span: Span, pixels: number, apart: number): Flag[] {
  const groups: Fact[][] = [];
  for (const fact of facts) {
    if (fact.at < span.from || fact.at > span.until) continue;
    const group = groups.at(-1);
    const gap = group === undefined ? apart : (shareOf(fact.at, span) - shareOf(group[0]!.at, span)) * pixels;
    if (group === undefined || gap >= apart) groups.push([fact]);
    else group.push(fact);
  }
  return groups.map((group) => ({ facts: group, at: group[0]!.at, share: shareOf(group[0]!.at, span) }));
}

/** The fact after the one that somebody is at, or else the first from a moment on; undefined after the last. */
export function factAfter(facts: readonly Fact[], time: Micros, current: number | undefined): Fact | undefined {
  const at = facts.findIndex(({ id }) => id === current);
  return at >= 0 ? facts[at + 1] : facts.find((fact) => fact.at >= time);
}

/** The fact before the one that somebody is at, or else the last up to a moment; undefined before the first. */
export function factBefore(facts: readonly Fact[], time: Micros, current: number | undefined): Fact | undefined {
  const at = facts.findIndex(({ id }) => id === current);
  return at >= 0 ? facts[at - 1] : facts.findLast((fact) => fact.at <= time);
}
