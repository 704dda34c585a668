import { SECOND } from "../../sim/time.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Fact } from "../experiment/story.ts";
import { type Done, isDone } from "../study/job.ts";
import type { Study } from "../study/study.ts";
import { allowedIn, type Collapsed, type CollapseQuestion, collapsedState, forkOf } from "./collapsed-state.ts";
import { type Cycle, cycleOf } from "./cycle.ts";
import { labelOf, mechanismsOf, type OwnedMechanism, stopAt } from "./mechanism.ts";
import { type Recovery, recoveryIn, type WayOn } from "./recovery.ts";
import { fateIn } from "./run-class.ts";

/** Which mechanisms keep a system down, found by stopping them in the collapsed state. */
export interface SustainingLoop {
  /** Replications that were done, and those that collapsed and stayed down. */
  readonly n: number;
  readonly collapsed: readonly { readonly replication: number; readonly atSeconds: number }[];
  /** Seconds that recovery may take. */
  readonly allowed: number;
  /** All mechanisms that could be stopped. */
  readonly mechanisms: readonly string[];
  /** For everybody, and for each class and zone that stays down. */
  readonly groups: readonly GroupLoop[];
  /** False if it was interrupted. */
  readonly isComplete: boolean;
}

/** What keeps the people of one group from being served. */
export interface GroupLoop {
  /** "everybody", "class main", "zone zone-a". */
  readonly of: string;
  /** What becomes of them if nothing is stopped. */
  readonly unchanged: Recovery;
  /** What becomes of them without some mechanisms: one each, and pairs where no single one helps. */
  readonly ablations: readonly Ablation[];
  /** The smallest sets without which they recover: Wilson's lower bound is above one half. */
  readonly sustaining: readonly (readonly string[])[];
  /** For each of them, how it goes round, in one of the replications. */
  readonly cycles: readonly Cycle[];
}

interface Ablation {
  readonly stopped: readonly string[];
  readonly recovery: Recovery;
}

/** Of more mechanisms only so many are tried in pairs: those without which fewest people are lost. */
const MOST_PAIRED = 5;

/** Some mechanisms, and what became of each collapsed replication without them. */
interface Trial {
  readonly stopped: readonly OwnedMechanism[];
  readonly outcomes: readonly (Outcome | undefined)[];
}

/**
 * What keeps it down: in each replication that collapses and does not come back, goes on from the collapsed state
 * without one of the mechanisms, with the same people, and sees whether it recovers. Definition D4 of sustaining effects;
 * Bronson et al., "Metastable Failures in Distributed Systems" (HotOS 2021).
 */
export function* sustainingLoop(question: CollapseQuestion): Study<SustainingLoop> {
  const { scenario } = question;
  const allowed = allowedIn(question);
  const mechanisms = mechanismsOf(scenario);
  const state = yield* collapsedState(question);
  const { n, collapsed } = state;
  let isComplete = !state.isInterrupted;
  const names = mechanisms.map(labelOf);
  const found = { n, allowed, mechanisms: names, collapsed: collapsed.map(whenOf) };
  const round = function* (about: string, sets: readonly (readonly OwnedMechanism[])[]): Study<[Done[], Trial[]]> {
    if (sets.length === 0 || collapsed.length === 0) return [[], []];
    const jobs = collapsed.map((each, at) => {
      const branches = sets.map((set) => set.map((mechanism) => stopAt(each.at, mechanism)));
      return { ...forkOf(question, state, each, branches), journal: at === 0 };
    });
    const { results, isInterrupted } = yield { about, jobs };
    isComplete &&= !isInterrupted;
    const done = results.map((result) => (isDone(result) ? result : undefined));
    const trials = sets.map((stopped, at) => ({ stopped, outcomes: done.map((each) => each?.branches[at]) }));
    return [done as Done[], trials];
  };
  const [trunk, singles] = yield* round(
    "without one mechanism each",
    mechanisms.map((mechanism) => [mechanism]),
  );
  const downs = [...new Set(collapsed.flatMap(({ down }) => down))];
  const judge = (trials: readonly Trial[]) => downs.map((of) => judgeGroup(of, collapsed, trunk, trials, allowed));
  const open = judge(singles).flatMap(({ of, sustaining }) => (sustaining.length === 0 ? [of] : []));
  const promising = mechanisms.filter((_, at) => open.some((of) => rankOf(at, singles, of) < MOST_PAIRED));
  const pairs = pairsOf(promising);
  const [, doubles] = yield* round("without two mechanisms each", pairs);
  return { ...found, groups: judge([...singles, ...doubles]), isComplete };
}

/** How many mechanisms there are without which fewer people of a group are lost. */
function rankOf(trial: number, trials: readonly Trial[], of: string): number {
  const losses = trials.map(({ outcomes }) =>
    outcomes.reduce((sum, outcome) => sum + ((outcome && fateIn(outcome, of)?.lost) ?? 0), 0),
  );
  return losses.filter((loss, at) => loss < losses[trial]! || (loss === losses[trial] && at < trial)).length;
}

function whenOf({ replication, at }: Collapsed) {
  return { replication, atSeconds: at / SECOND };
}

function pairsOf(mechanisms: readonly OwnedMechanism[]): OwnedMechanism[][] {
  return mechanisms.flatMap((one, at) => mechanisms.slice(at + 1).map((other) => [one, other]));
}

function judgeGroup(
  of: string,
  collapsed: readonly Collapsed[],
  trunk: readonly (Done | undefined)[],
  trials: readonly Trial[],
  allowed: number,
): GroupLoop {
  const recoveryFrom = (outcomes: readonly (Outcome | undefined)[]) =>
    recoveryIn(waysOn(collapsed, outcomes, of), of, allowed);
  const tried = trials.map(({ stopped, outcomes }) => ({ stopped, recovery: recoveryFrom(outcomes) }));
  const helping = tried.filter(({ recovery }) => recovery.recovered.low > 0.5);
  const minimal = helping.filter(({ stopped }) => !helping.some((other) => isPartOf(other.stopped, stopped)));
  const journal: readonly Fact[] = trunk[0]?.journal ?? [];
  const at = collapsed[0]?.at ?? 0;
  const ablations = tried.map(({ stopped, recovery }) => ({ stopped: stopped.map(labelOf), recovery }));
  const isSingle = minimal.some(({ stopped }) => stopped.length === 1);
  return {
    of,
    unchanged: recoveryFrom(trunk.map((done) => done?.outcome)),
    ablations: isSingle ? ablations.filter(({ stopped }) => stopped.length === 1) : ablations,
    sustaining: minimal.map(({ stopped }) => stopped.map(labelOf)),
    cycles: minimal.map(({ stopped }) => cycleOf(stopped, journal, at, of)),
  };
}

/** Where the people of a group were down, how it went on, if that was done. */
export function waysOn(
  collapsed: readonly Collapsed[],
  outcomes: readonly (Outcome | undefined)[],
  of: string,
): WayOn[] {
  return collapsed.flatMap((each, number) => {
    const outcome = outcomes[number];
    return each.down.includes(of) && outcome !== undefined ? [{ collapsed: each, outcome }] : [];
  });
}

/** Whether a set is a smaller part of another. */
function isPartOf(part: readonly OwnedMechanism[], whole: readonly OwnedMechanism[]): boolean {
  return part.length < whole.length && part.every((mechanism) => whole.includes(mechanism));
}
