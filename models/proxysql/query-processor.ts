import type { RE2JS } from "re2js";
import { digestOf } from "./query-digest.ts";
import { compile, type QueryRule } from "./query-rules.ts";

/** A statement as the rules see it. */
export interface Statement {
  readonly username: string;
  readonly sql: string;
}

/** What can change of the rules while they are in use, by place of the rule. */
export interface RuleStates {
  readonly active: ArrayLike<number>;
  readonly apply: ArrayLike<number>;
}

type Setting = "destination_hostgroup" | "multiplex" | "delay" | "retries" | "timeout" | "error_msg";

/** What the rules say of a statement: by setting, the place of the rule that had the last word, or -1. */
export interface Verdict extends Readonly<Record<Setting, number>> {
  /** Places of all rules that gave it a hostgroup, in the order in which they did. */
  readonly destinations: readonly number[];
}

const SETTINGS: readonly Setting[] = ["destination_hostgroup", "multiplex", "delay", "retries", "timeout", "error_msg"];

/** In the order in which they are looked at. */
export function inOrder(rules: readonly QueryRule[]): QueryRule[] {
  return [...rules].sort((a, b) => a.rule_id - b.rule_id);
}

/**
 * Whether each rule matches each statement, flags left aside: a row for each statement. Expressions match any part of a
 * text; "$" also stands before a last line feed, as in PCRE, which ProxySQL uses by default (lib/Query_Processor.cpp,
 * process_mysql_query).
 */
export function matchesOf(rules: readonly QueryRule[], statements: readonly Statement[]): Uint8Array[] {
  const compiled = rules.map(({ match_digest, match_pattern, re_modifiers }) => {
    const pattern = (expression?: string) => (expression === undefined ? undefined : compile(expression, re_modifiers));
    return { digest: pattern(match_digest), text: pattern(match_pattern) };
  });
  return statements.map(({ username, sql }) => {
    const digest = digestOf(sql);
    return Uint8Array.from(rules, (rule, at) => {
      const isOf = rule.username === undefined || rule.username === "" || rule.username === username;
      const { digest: onDigest, text: onText } = compiled[at]!;
      const negate = rule.negate_match_pattern === 1;
      return isOf && isMatch(onDigest, digest, negate) && isMatch(onText, sql, negate) ? 1 : 0;
    });
  });
}

function isMatch(pattern: RE2JS | undefined, text: string, negate: boolean): boolean {
  if (pattern === undefined) return true;
  const found = pattern.test(text) || (text.endsWith("\n") && pattern.test(text.slice(0, -1)));
  return found !== negate;
}

/**
 * Walks the rules in order. Each match overwrites what earlier ones have said, and only apply=1 ends the walk. A match
 * with flagOUT changes which rules can match from then on; they are looked at from the first one again
 * mysql-query_processor_iterations times at most, and else from the next one (lib/Query_Processor.cpp,
 * process_mysql_query).
 */
export function verdictOf(
  rules: readonly QueryRule[],
  { active, apply }: RuleStates,
  matches: ArrayLike<number>,
  iterations: number,
): Verdict {
  const said: Record<Setting, number> = { ...NOTHING };
  const destinations: number[] = [];
  let flag = 0;
  let left = iterations;
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]!;
    if (active[at] === 0 || rule.flagIN !== flag || matches[at] === 0) continue;
    for (const setting of SETTINGS) if (rule[setting] !== undefined) said[setting] = at;
    if (rule.destination_hostgroup !== undefined) destinations.push(at);
    if (apply[at] === 1) break;
    if (rule.flagOUT === undefined) continue;
    flag = rule.flagOUT;
    if (left-- > 0) at = -1;
  }
  return { ...said, destinations };
}

const NOTHING = {
  destination_hostgroup: -1,
  multiplex: -1,
  delay: -1,
  retries: -1,
  timeout: -1,
  error_msg: -1,
} as const;
