import { EVERYBODY } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import { type Done, isDone } from "../study/job.ts";
import type { Study } from "../study/study.ts";
import { waysOn } from "./ablation.ts";
import {
  allowedIn,
  type Collapsed,
  type CollapsedState,
  type CollapseQuestion,
  collapsedState,
  forkOf,
} from "./collapsed-state.ts";
import { type Recovery, recoveryIn } from "./recovery.ts";
import { type Remedy, remediesOf, shedding } from "./remedy.ts";
import { fateIn } from "./run-class.ts";

/** What helps against a collapse, the best first. */
export interface Playbook {
  /** Replications that were done, and those that collapsed and stayed down. */
  readonly n: number;
  readonly collapsed: number;
  /** Seconds that recovery may take, what passes included. */
  readonly allowed: number;
  /** What becomes of everybody, and of each class and zone that is down, if nobody does anything. */
  readonly unchanged: readonly GroupRecovery[];
  /** By the share of runs that recover, then by how long they take, then by how many are lost or kept away: of everybody. */
  readonly remedies: readonly TriedRemedy[];
  /** The least share of the load, in percent, that has to stay away for a while; null where none is enough, or none known. */
  readonly leastShedding: number | null;
  /** What was being looked for when it was interrupted: "what helps"; null if nothing is left to look for. */
  readonly interruptedAt: string | null;
}

export interface TriedRemedy {
  readonly words: string;
  /** Whether it passes, or things stay otherwise. */
  readonly passes: boolean;
  readonly groups: readonly GroupRecovery[];
}

export interface GroupRecovery {
  /** "everybody", "class main", "zone zone-a". */
  readonly of: string;
  readonly recovery: Recovery;
  /** People who were to come and stayed away by the remedy, in each run on average; nobody counts them as lost. */
  readonly keptAway: number;
}

/** Shares of the load that are shed at first, in percent; each further round divides the gap by as many. */
const SHED = [20, 40, 60, 80, 100];
/** Where no remedy helps, the best of them are tried in pairs: so many. */
const MOST_PAIRED = 6;
/** A share that is shed is enough if it helps in so many of the runs (epsilon of definition D5). */
const ENOUGH = 0.95;

/** Tries what operators can do in each replication that collapsed and stayed down, with the same people each time. */
export function* playbook(question: CollapseQuestion): Study<Playbook> {
  const { scenario } = question;
  const state = yield* collapsedState(question);
  const { n, collapsed } = state;
  const trial = new Trials(question, state);
  const sheds = SHED.flatMap((percent) => shedding(scenario, percent) ?? []);
  const remedies = collapsed.length === 0 ? [] : [...remediesOf(scenario), ...sheds];
  const alone = yield* trial.try("what helps", remedies);
  const helps = alone.some((tried) => firstIn(tried)!.recovered.k > 0);
  const together = yield* trial.try("which two help together", helps ? [] : pairsOf(remedies, alone));
  const shed = alone.filter((tried) => sheds.some(({ words }) => words === tried.words));
  const { least, tried } = yield* leastShedding(trial, scenario, shed);
  return {
    n,
    collapsed: collapsed.length,
    allowed: allowedIn(question),
    unchanged: trial.groupsOf(trial.trunk.map((done) => done?.outcome)),
    remedies: [...alone, ...together, ...tried].sort(inOrder),
    leastShedding: trial.interruptedAt === null ? least : null,
    interruptedAt: trial.interruptedAt,
  };
}

/** Divides the gap between what is enough and what is not, until it is one percent; `shed` are the first that were tried. */
function* leastShedding(
  trial: Trials,
  scenario: Scenario,
  shed: readonly TriedRemedy[],
): Study<{ least: number | null; tried: readonly TriedRemedy[] }> {
  const first = shed.findIndex(isEnough);
  if (first < 0) return { least: null, tried: [] };
  let [low, high] = [SHED[first - 1] ?? 0, SHED[first]!];
  let least: TriedRemedy | undefined;
  while (high - low > 1 && trial.interruptedAt === null) {
    const percents = between(low, high, SHED.length);
    const remedies = percents.map((percent) => shedding(scenario, percent)!);
    const tried = yield* trial.try("how much to shed", remedies);
    const enough = tried.findIndex(isEnough);
    low = (enough < 0 ? percents.at(-1) : percents[enough - 1]) ?? low;
    high = percents[enough] ?? high;
    least = tried[enough] ?? least;
  }
  return { least: high, tried: least === undefined ? [] : [least] };
}

function isEnough(tried: TriedRemedy): boolean {
  const { k, n } = firstIn(tried)!.recovered;
  return n > 0 && k >= ENOUGH * n;
}

/** Those by which fewest people are lost, two together. */
function pairsOf(remedies: readonly Remedy[], tried: readonly TriedRemedy[]): Remedy[] {
  const best = [...tried].sort(inOrder).slice(0, MOST_PAIRED);
  const kept = remedies.filter(({ words }) => best.some((each) => each.words === words));
  return kept.flatMap((one, at) =>
    kept.slice(at + 1).map((other) => ({
      words: `${one.words}, and ${other.words}`,
      passes: one.passes && other.passes,
      changes: (collapsed: Collapsed) => [...one.changes(collapsed), ...other.changes(collapsed)],
      // The same people stay away, if they do by both.
      keptAway: (collapsed: Collapsed) => Math.max(one.keptAway?.(collapsed) ?? 0, other.keptAway?.(collapsed) ?? 0),
    })),
  );
}

/** Percentages that divide a gap evenly. */
function between(low: number, high: number, parts: number): number[] {
  const all = Array.from({ length: parts - 1 }, (_, at) => Math.round(low + ((at + 1) * (high - low)) / parts));
  return [...new Set(all)].filter((percent) => percent > low && percent < high);
}

/** Of everybody, where everybody is down. */
function firstIn({ groups }: TriedRemedy): Recovery | undefined {
  return groups[0]?.recovery;
}

function inOrder(one: TriedRemedy, other: TriedRemedy): number {
  const [a, b] = [firstIn(one), firstIn(other)];
  if (a === undefined || b === undefined) return 0;
  const seconds = ({ seconds }: Recovery) => seconds?.median ?? 0;
  return b.recovered.k - a.recovered.k || seconds(a) - seconds(b) || priceOf(one) - priceOf(other);
}

/** People who are not served, be it that they came or that they were kept away. */
function priceOf({ groups }: TriedRemedy): number {
  return (groups[0]?.recovery.lost ?? 0) + (groups[0]?.keptAway ?? 0);
}

/** The share of all people who are of a group. */
function shareOf({ outcome }: Collapsed, of: string): number {
  const [group, all] = [of, EVERYBODY].map((each) => fateIn(outcome, each)?.people ?? 0);
  return all === 0 ? 0 : group! / all!;
}

/** Tries remedies in the collapsed replications. */
class Trials {
  /** What becomes of each if nobody does anything. */
  trunk: readonly (Done | undefined)[] = [];
  interruptedAt: string | null = null;
  private readonly question: CollapseQuestion;
  private readonly state: CollapsedState;
  private readonly downs: readonly string[];

  constructor(question: CollapseQuestion, state: CollapsedState) {
    this.question = question;
    this.state = state;
    if (state.isInterrupted) this.interruptedAt = "what stays down";
    this.downs = [...new Set(state.collapsed.flatMap(({ down }) => down))];
  }

  *try(about: string, remedies: readonly Remedy[]): Study<TriedRemedy[]> {
    const { collapsed } = this.state;
    if (remedies.length === 0 || this.interruptedAt !== null) return [];
    const jobs = collapsed.map((each: Collapsed) =>
      forkOf(
        this.question,
        this.state,
        each,
        remedies.map(({ changes }) => changes(each)),
      ),
    );
    const { results, isInterrupted } = yield { about, jobs };
    if (isInterrupted) this.interruptedAt = about;
    const all = results.map((result) => (isDone(result) ? result : undefined));
    this.trunk = all.map((done, at) => done ?? this.trunk[at]);
    return remedies.map(({ words, passes, keptAway }, at) => {
      const outcomes = all.map((done) => done?.branches[at]);
      return { words, passes, groups: this.groupsOf(outcomes, keptAway) };
    });
  }

  groupsOf(outcomes: readonly (Outcome | undefined)[], keptAway?: Remedy["keptAway"]): GroupRecovery[] {
    const { collapsed } = this.state;
    const allowed = allowedIn(this.question);
    return this.downs.map((of) => {
      const ways = waysOn(collapsed, outcomes, of);
      const away = ways.map(({ collapsed: each }) => (keptAway?.(each) ?? 0) * shareOf(each, of));
      const total = away.reduce((sum, people) => sum + people, 0);
      return { of, recovery: recoveryIn(ways, of, allowed), keptAway: total / Math.max(1, away.length) };
    });
  }
}
