import { EVERYBODY } from "../experiment/fate.ts";
import type { Judged } from "./counterfactual.ts";
import type { GroupFate, RunClass } from "./run-class.ts";
import type { Verdict } from "./verdict.ts";

/** What a verdict comes down to: well, broken, or not decided. */
export type Finding = "well" | "broken" | "open";

const NEVER_BACK: readonly RunClass[] = ["overload", "metastable", "lasting"];

/**
 * Broken: an action did harm, most runs do not come back or come back too late, or do not come back for those of some
 * class or zone. Open: it may be broken, as too many runs end too early to tell, or none was done.
 */
export function findingOf(verdict: Verdict): Finding {
  const everybody = everybodyIn(verdict);
  if (everybody === undefined) return "open";
  const { groups, actions } = verdict;
  if (harmful(actions ?? []).length > 0 || groups.some(isDown)) return "broken";
  if (isMostly(everybody, [...NEVER_BACK, "slow"])) return "broken";
  return isMostly(everybody, [...NEVER_BACK, "slow", "censored"]) ? "open" : "well";
}

/** Whether most runs do not come back for these people. */
export function isDown(group: GroupFate): boolean {
  return isMostly(group, NEVER_BACK);
}

function isMostly({ classes }: GroupFate, those: readonly RunClass[]): boolean {
  const k = classes.filter((count) => those.includes(count.class)).reduce((sum, count) => sum + count.k, 0);
  return 2 * k > (classes[0]?.n ?? 0);
}

/** The actions that did harm: those first that made outages complete, single ones before all together, the worst first. */
export function harmful(actions: readonly Judged[]): Judged[] {
  const did = actions.filter(({ judgement }) => judgement === "cascade" || judgement === "harm");
  const alone = ({ effect }: Judged) => (effect === null ? 0 : effect.alone.with - effect.alone.without);
  return did.sort((a, b) => rank(a) - rank(b) || alone(b) - alone(a));
}

function rank({ judgement, deed }: Judged): number {
  return (judgement === "cascade" ? 0 : 2) + (deed.isAll ? 1 : 0);
}

/** The group that all others are part of. */
export function everybodyIn({ groups }: Verdict): GroupFate | undefined {
  return groups.find(({ of }) => of === EVERYBODY);
}
