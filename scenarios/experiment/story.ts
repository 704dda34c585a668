import type { Micros } from "../../sim/time.ts";

/** A journal entry as the outside world sees it: the path of the component, and the fact in words. */
export interface Fact {
  readonly id: number;
  readonly sort: "condition" | "event" | "action";
  readonly at: Micros;
  /** When it ended; null while it still held at the end of the run. */
  readonly until: Micros | null;
  readonly component: string;
  readonly fact: string;
  readonly figures: Readonly<Record<string, number>>;
  /** The sentence, in English. */
  readonly text: string;
  readonly because: readonly number[];
}

/** The chain of main causes that leads to a fact, from its root to the fact itself. */
export function chainTo(journal: readonly Fact[], id: number): Fact[] {
  const chain: Fact[] = [];
  for (let entry = journal[id]; entry !== undefined; entry = journal[entry.because[0] ?? -1]) chain.unshift(entry);
  return chain;
}

/** Everything that led to a fact, over all its causes and theirs, in order of time. */
export function ancestryOf(journal: readonly Fact[], id: number): Fact[] {
  const found = new Set<number>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entry = journal[next];
    if (entry === undefined || found.has(next)) continue;
    found.add(next);
    open.push(...entry.because);
  }
  return [...found].sort((a, b) => a - b).map((each) => journal[each]!);
}

/** Puts the figures of a fact into the sentence of its kind: `{name}` stands for a figure. */
export function sentence(template: string, component: string, figures: Readonly<Record<string, number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === "component") return component;
    const figure = figures[name];
    return figure === undefined ? whole : inWords(figure);
  });
}

function inWords(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : String(Number(figure.toPrecision(3)));
}
