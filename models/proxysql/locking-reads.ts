import type { Advice } from "../kind.ts";
import { inOrder, matchesOf, verdictOf } from "./query-processor.ts";
import type { QueryRule } from "./query-rules.ts";
import type { UserOptions } from "./tables.ts";

const READ = "SELECT a FROM t WHERE id = 1";
const WRITE = "UPDATE t SET a = 1 WHERE id = 1";
/** With and without a semicolon, which "$" does not match. */
const LOCKING = [`${READ} FOR UPDATE`, `${READ} FOR UPDATE;`];

/**
 * Warns of rules that send SELECT ... FOR UPDATE where plain reads go and writes do not: at a replica it locks nothing
 * that a write would heed. The rules are asked what they make of such a statement.
 */
export function adviceOnLockingReads(
  rules: readonly QueryRule[],
  users: readonly UserOptions[],
  iterations: number,
): Advice[] {
  const ordered = inOrder(rules);
  const advice = users.flatMap((user) => {
    const deciders = (sql: string) => decidersOf(ordered, user, sql, iterations);
    const hostgroup = (sql: string) => deciders(sql).at(-1)?.destination_hostgroup ?? user.default_hostgroup;
    const readers = hostgroup(READ);
    if (readers === hostgroup(WRITE)) return [];
    const astray = LOCKING.find((sql) => hostgroup(sql) === readers);
    return astray === undefined ? [] : [adviceOn(astray, deciders(astray), rules, readers)];
  });
  return advice.filter(({ at }, index) => advice.findIndex((one) => String(one.at) === String(at)) === index);
}

/** The rules that give a statement a hostgroup, in the order in which they do. */
function decidersOf(rules: readonly QueryRule[], { username }: UserOptions, sql: string, iterations: number) {
  const states = { active: rules.map(({ active }) => active), apply: rules.map(({ apply }) => apply) };
  const verdict = verdictOf(rules, states, matchesOf(rules, [{ username, sql }])[0]!, iterations);
  return verdict.destinations.map((at) => rules[at]!);
}

function adviceOn(sql: string, deciders: readonly QueryRule[], rules: readonly QueryRule[], readers: number): Advice {
  const last = deciders.at(-1);
  const overruled = deciders.find(({ destination_hostgroup }) => destination_hostgroup !== readers);
  if (last === undefined) {
    const wrong = `"${sql}" goes to hostgroup ${readers}, where no write goes`;
    return { at: [], wrong, right: "a rule with apply: 1 that sends SELECT ... FOR UPDATE where writes go" };
  }
  if (overruled === undefined) {
    const wrong = `"${sql}" goes to hostgroup ${readers} by rule ${last.rule_id}, as plain reads do`;
    return {
      at: [rules.indexOf(last)],
      wrong,
      right: "a rule before it, with apply: 1, that sends it where writes go",
    };
  }
  const wrong = `rule ${overruled.rule_id} sends "${sql}" to hostgroup ${overruled.destination_hostgroup}, but without apply: 1 rule ${last.rule_id} sends it on to hostgroup ${readers}`;
  return { at: [rules.indexOf(overruled)], wrong, right: "apply: 1" };
}
