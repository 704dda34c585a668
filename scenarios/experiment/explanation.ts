import { type FactGroup, type GroupWords, groupFacts } from "./fact-group.ts";
import { type OutageClass, severityOf } from "./outage.ts";
import type { FailedAttempt, LoadSummary, RunResult } from "./result.ts";
import { ancestryOf, chainTo, type Fact } from "./story.ts";
import { outageFactOf } from "./verdict.ts";

/** Reasons for failures that are told one by one; the rest is told as a number. */
const MOST_CAUSES = 4;

/** Why a run came out as it did, in the order in which a person would tell it. */
export interface Explanation {
  /** The load that fared worst. */
  readonly load: LoadSummary;
  /** What is explained: the worst outage, or else the check that broke first; undefined if neither is known. */
  readonly subject: Subject | undefined;
  /** The chain of main causes from its root to the outage, or to what was the case when the check broke. */
  readonly chain: readonly Fact[];
  /** What else led to it, with facts of the same sort told as one, in order of time. */
  readonly contributing: readonly FactGroup[];
  /** What made single attempts fail, most frequent first. */
  readonly failures: readonly FailureReason[];
  /** Failed attempts that the shares of causes are taken from, of all loads. */
  readonly sampled: number;
}

/** What an explanation is of: an outage of a load, or the break of a check. */
export type Subject =
  | { readonly outage: Exclude<OutageClass, "none">; readonly of: string }
  | { readonly check: string };

/** Failed attempts with one outcome. */
export interface FailureReason {
  readonly reason: string;
  readonly count: number;
  /** Of all failed attempts. */
  readonly share: number;
  readonly causes: readonly FailureCause[];
  /** Shares of the sample whose causes are rarer than those told, and that were due to nothing but their own demand. */
  readonly others: number;
  readonly ownDemand: number;
}

/** Causes of one sort, with the root that the chain of the most frequent of them ends at. */
export interface FailureCause {
  readonly group: FactGroup;
  /** Of the attempts in the sample with this outcome. */
  readonly share: number;
  readonly root: Fact;
}

/** What of a result is needed to explain it. */
type Told = Pick<RunResult, "loads" | "journal" | "components" | "failedAttempts" | "checks">;

/** Explains a run that had a load; undefined without one. `words` are those of the language of the journal. */
export function explanationOf(result: Told, words?: GroupWords): Explanation | undefined {
  const load = worstLoad(result.loads);
  if (load === undefined) return undefined;
  const { journal, components, failedAttempts } = result;
  const { subject, fact } = subjectOf(load, result) ?? {};
  const chain = fact === undefined ? [] : chainTo(journal, fact);
  const onChain = new Set(chain.map(({ id }) => id));
  const beside = fact === undefined ? [] : ancestryOf(journal, fact).filter(({ id }) => !onChain.has(id));
  return {
    load,
    subject,
    chain,
    contributing: groupFacts(beside, components, words),
    failures: failuresOf(result, words),
    sampled: failedAttempts.length,
  };
}

/** "the complete outage of people". */
export function subjectInWords(subject: Subject): string {
  return "check" in subject ? `the break of "${subject.check}"` : `the ${subject.outage} outage of ${subject.of}`;
}

/** The outage, or else the check that broke first, with the fact that its chain ends at. */
function subjectOf(load: LoadSummary, { journal, checks }: Told): { subject: Subject; fact: number } | undefined {
  const fact = outageFactOf(journal, load);
  const { outage, path } = load;
  if (fact !== undefined && outage !== "none") return { subject: { outage, of: path }, fact: fact.id };
  const [first] = checks
    .flatMap(({ check, firstBroken, because }) =>
      firstBroken === null || because === null ? [] : [{ at: firstBroken, subject: { check }, fact: because }],
    )
    .sort((a, b) => a.at - b.at);
  return first;
}

function worstLoad(loads: readonly LoadSummary[]): LoadSummary | undefined {
  const worse = (a: LoadSummary, b: LoadSummary) =>
    severityOf(b.outage) - severityOf(a.outage) || (a.goodput ?? 1) - (b.goodput ?? 1);
  return [...loads].sort(worse)[0];
}

function failuresOf(result: Told, words?: GroupWords): FailureReason[] {
  const counts = new Map<string, number>();
  for (const { reason, count } of result.loads.flatMap(({ failures }) => failures)) {
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const sample = result.failedAttempts.filter((attempt) => attempt.reason === reason);
      return { reason, count, share: count / all, ...causesOf(sample, result, words) };
    });
}

function causesOf(sample: readonly FailedAttempt[], { journal, components }: Told, words?: GroupWords) {
  const attempts = new Map<number, number>();
  for (const { because } of sample) if (because !== null) attempts.set(because, (attempts.get(because) ?? 0) + 1);
  const facts = [...attempts.keys()].sort((a, b) => a - b).map((id) => journal[id]!);
  const weigh = (group: FactGroup) => group.facts.reduce((sum, { id }) => sum + attempts.get(id)!, 0);
  const groups = groupFacts(facts, components, words).sort((a, b) => weigh(b) - weigh(a));
  const told = groups.slice(0, MOST_CAUSES);
  const all = Math.max(1, sample.length);
  const shareOf = (some: readonly FactGroup[]) => some.reduce((sum, group) => sum + weigh(group), 0) / all;
  return {
    causes: told.map((group): FailureCause => {
      const [main] = [...group.facts].sort((a, b) => attempts.get(b.id)! - attempts.get(a.id)!);
      return { group, share: shareOf([group]), root: chainTo(journal, main!.id)[0]! };
    }),
    others: shareOf(groups.slice(MOST_CAUSES)),
    ownDemand: sample.filter(({ because }) => because === null).length / all,
  };
}
