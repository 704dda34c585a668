import { ancestryOf, type Fact } from "./story.ts";

/** A row of a chain of causes: a fact, or a round of facts that came again and again. */
export type ChainStep = { readonly fact: Fact } | { readonly round: readonly Fact[]; readonly times: number };

/** Folds what repeats itself in a chain: "full, not ready, full, not ready" is one round, twice. */
export function foldRounds(chain: readonly Fact[]): ChainStep[] {
  const keys = chain.map(sortOf);
  const steps: ChainStep[] = [];
  for (let at = 0; at < chain.length; ) {
    const { length, times } = longestRound(keys, at);
    if (times > 1) steps.push({ round: chain.slice(at, at + length), times });
    else steps.push({ fact: chain[at]! });
    at += length * times;
  }
  return steps;
}

/** A round in which a fact led back to another of its sort. */
export interface Loop {
  /** How often in a row it went round: one less than the facts of its sort along one line of causes. */
  readonly times: number;
  /** The last round: the fact that it began with, and what each led to. It closes with a fact of the first one's sort. */
  readonly round: readonly Fact[];
  readonly closes: Fact;
}

/** The loop that went round most often on the way to a fact, of these the one that closed last; undefined without one. */
export function loopBefore(journal: readonly Fact[], id: number): Loop | undefined {
  const facts = ancestryOf(journal, id);
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const sorts = new Set(facts.map(sortOf));
  let best: Loop | undefined;
  for (const sort of sorts) {
    const found = loopOfSort(facts, byId, sort);
    if (found === undefined) continue;
    const isBetter = best === undefined || found.times > best.times;
    if (isBetter || (found.times === best!.times && found.closes.at > best!.closes.at)) best = found;
  }
  return best;
}

/** Along the line of causes with most facts of a sort, the way from the last but one of them to the last. */
function loopOfSort(facts: readonly Fact[], byId: ReadonlyMap<number, Fact>, sort: string): Loop | undefined {
  const counts = new Map<number, number>();
  const before = new Map<number, Fact>();
  let last: Fact | undefined;
  for (const fact of facts) {
    const causes = fact.because.flatMap((cause) => byId.get(cause) ?? []);
    const isOfSort = sortOf(fact) === sort;
    const [main] = [...causes].sort((a, b) => counts.get(b.id)! - counts.get(a.id)!);
    if (main !== undefined) before.set(fact.id, main);
    counts.set(fact.id, (main === undefined ? 0 : counts.get(main.id)!) + (isOfSort ? 1 : 0));
    if (isOfSort && (last === undefined || counts.get(fact.id)! > counts.get(last.id)!)) last = fact;
  }
  const times = last === undefined ? 0 : counts.get(last.id)! - 1;
  if (last === undefined || times < 1) return undefined;
  const round: Fact[] = [];
  for (let fact = before.get(last.id); fact !== undefined; fact = before.get(fact.id)) {
    round.unshift(fact);
    if (sortOf(fact) === sort) break;
  }
  return round.length < 2 ? undefined : { times, round, closes: last };
}

/** What makes two facts the same but for the pod or node: "proxysql pod-unready". */
function sortOf({ component, fact }: Fact): string {
  return `${component.replace(/-\d+(?=$|[ /])/g, "")} ${fact}`;
}

/** The round from here that covers most of what follows. */
function longestRound(keys: readonly string[], at: number): { length: number; times: number } {
  let best = { length: 1, times: 1 };
  for (let length = 1; at + 2 * length <= keys.length; length++) {
    let times = 1;
    while (keys.slice(at, at + length).every((key, step) => keys[at + times * length + step] === key)) times++;
    if (times > 1 && length * times > best.length * best.times) best = { length, times };
  }
  return best;
}
