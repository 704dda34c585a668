import { expect, test } from "vitest";
import type * as z from "zod";
import { ER_NOT_ALLOWED_COMMAND } from "../../models/error.ts";
import { proxysql } from "../../models/proxysql/kind.ts";
import { digestOf } from "../../models/proxysql/query-digest.ts";
import { inOrder, matchesOf, verdictOf } from "../../models/proxysql/query-processor.ts";
import { mysqlQueryRules } from "../../models/proxysql/query-rules.ts";
import { OK } from "../../sim/service.ts";
import { stage } from "./proxysql-crowd.ts";

type Rules = z.input<typeof mysqlQueryRules>;

/** The hostgroup that rules give to a statement; undefined where they give none. */
function destination(given: Rules, sql: string, iterations = 0, username = "app"): number | undefined {
  const rules = inOrder(mysqlQueryRules.parse(given));
  const states = { active: rules.map(({ active }) => active), apply: rules.map(({ apply }) => apply) };
  const verdict = verdictOf(rules, states, matchesOf(rules, [{ username, sql }])[0]!, iterations);
  return rules[verdict.destination_hostgroup]?.destination_hostgroup;
}

/** The rules of case 001. */
const LOCKING = { rule_id: 1, active: 1, match_digest: "^SELECT.*FOR UPDATE$", destination_hostgroup: 10 } as const;
const READS = { rule_id: 2, active: 1, match_digest: "^SELECT", destination_hostgroup: 20 } as const;
const CASE_001: Rules = [LOCKING, READS];

test.each([
  ["select * from t where id = 12", "select * from t where id = ?"],
  ["SELECT  *\n\tFROM t -- all of it\n WHERE a = 'it''s' ;", "SELECT * FROM t WHERE a = ?"],
  ["SELECT /* hint */ a FROM t # end", "SELECT a FROM t"],
  ["SELECT /*!40001 SQL_NO_CACHE */ a FROM t1", "SELECT SQL_NO_CACHE a FROM t1"],
  ["SELECT a FROM t WHERE b = -1.5e-3 AND c IN (1, 2 ,3)", "SELECT a FROM t WHERE b = ? AND c IN (?,?,?)"],
  ["SELECT a FROM t WHERE c IN (1,2,3,4,5,6)", "SELECT a FROM t WHERE c IN (?,?,?,...)"],
  ['INSERT INTO t VALUES (1, \'a\', NULL, "x\\"y")', "INSERT INTO t VALUES (?,?,NULL,?)"],
  ["select 1 + 1, 0x1F * 2", "select ?+?,?*?"],
  ["SELECT a FROM t FOR UPDATE ; ", "SELECT a FROM t FOR UPDATE"],
])("the digest of %j is %j", (sql, digest) => {
  expect(digestOf(sql)).toBe(digest);
});

test("without apply the rules go on, so that case 001 sends SELECT ... FOR UPDATE to the readers in hostgroup 20", () => {
  expect(destination(CASE_001, "SELECT a FROM t WHERE id = 1 FOR UPDATE")).toBe(20);
  expect(destination(CASE_001, "SELECT a FROM t WHERE id = 1")).toBe(20);
  expect(destination(CASE_001, "INSERT INTO t SELECT @@hostname, NOW()")).toBeUndefined();
});

test("with apply=1 the first match has the last word", () => {
  const rules: Rules = [{ ...LOCKING, apply: 1 }, READS];
  expect(destination(rules, "select a from t where id = 1 for update")).toBe(10);
  expect(destination(rules, "SELECT a FROM t WHERE id = 1")).toBe(20);
});

test("FOR UPDATE$ does not match the semicolon of a text as it is; the digest has none", () => {
  const { match_digest: expression, ...rule } = LOCKING;
  const onText: Rules = [{ ...rule, match_pattern: expression, apply: 1 }, READS];
  const statement = "SELECT a FROM t WHERE id = 1 FOR UPDATE";
  expect(destination([{ ...LOCKING, apply: 1 }, READS], `${statement};`)).toBe(10);
  expect(destination(onText, statement)).toBe(10);
  expect(destination(onText, `${statement};`)).toBe(20);
  expect(destination(onText, `${statement} `)).toBe(20);
  expect(destination(onText, `${statement}\n`)).toBe(10);
});

test("rules are looked at in order of rule_id, inactive ones not at all", () => {
  const rules: Rules = [
    { rule_id: 9, active: 1, match_digest: "SELECT", destination_hostgroup: 9 },
    { rule_id: 3, active: 1, match_digest: "SELECT", destination_hostgroup: 3 },
    { rule_id: 12, match_digest: "SELECT", destination_hostgroup: 12 },
  ];
  expect(destination(rules, "SELECT 1")).toBe(9);
});

test("a rule without CASELESS heeds case, one with negate_match_pattern matches what its expression does not", () => {
  const cased: Rules = [
    { rule_id: 1, active: 1, match_pattern: "^SELECT", re_modifiers: "", destination_hostgroup: 1 },
  ];
  expect(destination(cased, "select 1")).toBeUndefined();
  expect(destination(cased, "SELECT 1")).toBe(1);
  const negated: Rules = [
    { rule_id: 1, active: 1, match_pattern: "^SELECT", negate_match_pattern: 1, destination_hostgroup: 1 },
  ];
  expect(destination(negated, "SELECT 1")).toBeUndefined();
  expect(destination(negated, "DELETE FROM t")).toBe(1);
});

test("a rule of a user is for that user's statements only", () => {
  const rules: Rules = [{ rule_id: 1, active: 1, username: "batch", destination_hostgroup: 7 }];
  expect(destination(rules, "SELECT 1")).toBeUndefined();
  expect(destination(rules, "SELECT 1", 0, "batch")).toBe(7);
});

test("flagOUT opens the later rules with that flagIN, and the earlier ones only with mysql-query_processor_iterations", () => {
  const rules: Rules = [
    { rule_id: 1, active: 1, flagIN: 5, destination_hostgroup: 1 },
    { rule_id: 2, active: 1, match_digest: "^SELECT", flagOUT: 5 },
    { rule_id: 3, active: 1, match_digest: "^SELECT", destination_hostgroup: 3 },
    { rule_id: 4, active: 1, flagIN: 5, match_digest: "FROM t", destination_hostgroup: 4 },
  ];
  expect(destination(rules, "SELECT 1")).toBeUndefined();
  expect(destination(rules, "SELECT a FROM t")).toBe(4);
  expect(destination(rules, "SELECT 1", 1)).toBe(1);
});

test("reads go to three servers in equal shares and writes to one, by two rules and the default hostgroup", () => {
  const { crowd, at, value } = stage({
    world: { classes: [{ sql: "SELECT a FROM t" }, { writes: true }], seed: "split" },
    databases: { db001: {}, db002: {}, db003: {} },
    proxysql: {
      variables: { "mysql-monitor_enabled": false },
      mysql_servers: [
        { hostgroup: 10, hostname: "db001" },
        { hostgroup: 20, hostname: "db001" },
        { hostgroup: 20, hostname: "db002" },
        { hostgroup: 20, hostname: "db003" },
      ],
      mysql_users: [{ username: "app", default_hostgroup: 10 }],
      mysql_query_rules: CASE_001,
    },
  });
  for (let second = 1; second <= 30; second++) {
    crowd.kind = 0;
    crowd.burst(100);
    crowd.kind = 1;
    crowd.burst(10);
    at(second);
  }
  expect(value("db001", "Questions") + value("db002", "Questions") + value("db003", "Questions")).toBe(3300);
  expect(value("db001", "Questions")).toBeGreaterThan(300 + 900);
  expect(value("db001", "Questions")).toBeLessThan(300 + 1100);
  expect(value("db002", "Questions")).toBeGreaterThan(900);
  expect(value("db002", "Questions")).toBeLessThan(1100);
  expect(value("proxysql-0/hostgroup-10/db001", "MaxConnUsed")).toBeGreaterThan(0);
});

test("a rule with error_msg refuses with 1148, and says so in the journal", () => {
  const { crowd, at, value, story } = stage({
    world: { classes: [{ sql: "SELECT 1" }, { sql: "DELETE FROM t" }] },
    proxysql: { mysql_query_rules: [{ rule_id: 1, active: 1, match_digest: "^DELETE", error_msg: "no" }] },
  });
  crowd.ask();
  at(1);
  crowd.kind = 1;
  crowd.ask();
  expect(crowd.answers.map(({ outcome }) => outcome)).toEqual([OK, ER_NOT_ALLOWED_COMMAND]);
  expect(story(crowd.answers[1]!.because)).toEqual(["proxysql-0 query-blocked"]);
  expect(value("db", "Questions")).toBe(1);
});

test("the delay of a rule comes on top of mysql-default_query_delay, before the query asks for a connection", () => {
  const { crowd, at, value } = stage({
    proxysql: {
      variables: { "mysql-default_query_delay": 100 },
      mysql_query_rules: [{ rule_id: 1, active: 1, match_digest: "^SELECT", delay: 250 }],
    },
  });
  crowd.ask();
  at(0.3);
  expect(value("db", "Threads_connected")).toBe(0);
  at(1);
  expect(crowd.answers[0]!.at).toBeCloseTo(0.35, 6);
});

function adviceOn(rules: Rules) {
  return proxysql.advice!(
    proxysql.options.parse({
      mysql_servers: [
        { hostgroup: 10, hostname: "db001" },
        { hostgroup: 20, hostname: "db002" },
      ],
      mysql_users: [{ username: "app", default_hostgroup: 10 }],
      mysql_query_rules: rules,
    }),
  );
}

test("the rules of case 001 are warned of, with the rule that lacks apply", () => {
  expect(adviceOn(CASE_001)).toEqual([
    {
      at: ["mysql_query_rules", 0],
      wrong:
        'rule 1 sends "SELECT a FROM t WHERE id = 1 FOR UPDATE" to hostgroup 10, but without apply: 1 rule 2 sends it on to hostgroup 20',
      right: "apply: 1",
    },
  ]);
});

test("a warning tells apart what a semicolon undoes, what no rule keeps from the readers, and what is right", () => {
  const keep = { rule_id: 1, active: 1, destination_hostgroup: 10, apply: 1 } as const;
  expect(adviceOn([READS])[0]!.at).toEqual(["mysql_query_rules", 0]);
  expect(adviceOn([READS])[0]!.wrong).toContain("by rule 2, as plain reads do");
  const byText = adviceOn([{ ...keep, match_pattern: "^SELECT.*FOR UPDATE$" }, READS]);
  expect(byText[0]!.wrong).toContain('FOR UPDATE;" goes to hostgroup 20');
  expect(adviceOn([{ ...keep, match_digest: "^SELECT.*FOR UPDATE$" }, READS])).toEqual([]);
  expect(adviceOn([{ ...keep, active: 0 }])[0]!.wrong).toBe("no rule is active");
});

test.each([
  ["(", "missing closing )"],
  ["a(?=b)", "invalid or unsupported Perl syntax"],
  ["[z-a]", "invalid character class range"],
])("%j is no regular expression: %s", (expression, wrong) => {
  const result = mysqlQueryRules.safeParse([
    { rule_id: 1, match_digest: "^a" },
    { rule_id: 2, match_pattern: expression },
  ]);
  const [issue] = result.error!.issues;
  expect(issue!.path).toEqual([1, "match_pattern"]);
  expect(issue!.message).toContain(wrong);
});
