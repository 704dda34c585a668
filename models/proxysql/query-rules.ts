import { RE2JS } from "re2js";
import * as z from "zod";
import { count, milliseconds, positiveCount, quantity } from "../quantity.ts";
import { Mistake, show } from "../unit.ts";

const flag = z.union([z.literal(0), z.literal(1)]);

/** Rows of `mysql_query_rules`: where statements go, by their text. */
export const mysqlQueryRules = z
  .array(
    z.strictObject({
      rule_id: positiveCount().describe("Rules are looked at in order of this. Source: mysql_query_rules."),
      active: flag.default(0).describe("1: the rule is used. Source: mysql_query_rules."),
      username: z.string().optional().describe("Only statements of this user match. Source: mysql_query_rules."),
      flagIN: count().default(0).describe("Only statements with this flag match; all begin with 0. Source: same."),
      match_digest: pattern().describe("Regular expression on the normalised text of the statement. Source: same."),
      match_pattern: pattern().describe("Regular expression on the text of the statement as it is. Source: same."),
      negate_match_pattern: flag.default(0).describe("1: it matches where the expressions do not. Source: same."),
      re_modifiers: z
        .enum(["CASELESS", "GLOBAL", "CASELESS,GLOBAL", ""])
        .default("CASELESS")
        .describe("CASELESS: upper and lower case are the same to the expressions. Source: same."),
      flagOUT: count().optional().describe("Flag of the statement for the rules after this one. Source: same."),
      destination_hostgroup: count(2_147_483_647)
        .optional()
        .describe("Hostgroup that the statement goes to; a later match overwrites it. Source: Query_Processor.cpp."),
      multiplex: z
        .union([z.literal(0), z.literal(1), z.literal(2)])
        .optional()
        .describe("0: the connection stays with its client; 1: no more; 2: variables in this statement do not matter."),
      delay: milliseconds().optional().describe("The statement waits this long first; milliseconds. Source: same."),
      retries: count(1000).optional().describe("In place of mysql-query_retries_on_failure. Source: same."),
      timeout: milliseconds().optional().describe("In place of mysql-default_query_timeout; milliseconds."),
      error_msg: z.string().optional().describe("The statement is refused with error 1148. Source: same."),
      apply: flag.default(0).describe("1: no further rule is looked at. Source: mysql_query_rules."),
    }),
  )
  .max(500)
  .superRefine((rules, context) => {
    const ids = rules.map(({ rule_id }) => rule_id);
    for (const [at, rule_id] of ids.entries()) {
      if (ids.indexOf(rule_id) === at) continue;
      const message = `rule ${rule_id} is listed twice; expected each rule_id once`;
      context.addIssue({ code: "custom", path: [at, "rule_id"], message });
    }
  })
  .default([])
  .describe("Where statements go, by their text. Source: mysql_query_rules.");

export type QueryRule = z.output<typeof mysqlQueryRules>[number];

/**
 * A regular expression of a rule, ready to be matched. RE2 matches in linear time, and lacks look-around and back
 * references; of ProxySQL's two engines (mysql-query_processor_regex) it is the second.
 */
export function compile(expression: string, re_modifiers: string): RE2JS {
  return RE2JS.compile(expression, re_modifiers.includes("CASELESS") ? RE2JS.CASE_INSENSITIVE : 0);
}

function pattern() {
  return quantity<string, string>(readPattern, { type: "string", examples: ["^SELECT"] }).optional();
}

const LONGEST = 500;

function readPattern(value: unknown): string | Mistake {
  if (typeof value !== "string")
    return new Mistake(`${show(value)} is not a regular expression`, 'one such as "^SELECT"');
  if (value.length > LONGEST) return new Mistake("the expression is too long", `at most ${LONGEST} characters`);
  try {
    compile(value, "");
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    return new Mistake(why, "a regular expression that RE2 can read");
  }
}
