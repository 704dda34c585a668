import { expect, test } from "vitest";
import { groupFacts } from "../../../scenarios/experiment/fact-group.ts";
import type { Fact } from "../../../scenarios/experiment/story.ts";
import { SECOND } from "../../../sim/time.ts";

const COMPONENTS = [
  { path: "proxysql", kind: "proxysql" },
  { path: "proxysql-0", kind: "proxysql pod" },
  { path: "proxysql-1", kind: "proxysql pod" },
  { path: "db-1", kind: "mysql" },
];

function fact(seconds: number, component: string, name: string, text: string): Fact {
  const at = seconds * SECOND;
  return { id: seconds, sort: "condition", at, until: null, component, fact: name, figures: {}, text, because: [] };
}

test("the same fact on several pods is told once, with when it began on the first and on the last", () => {
  const facts = [
    fact(271, "proxysql-1", "pod-unready", "proxysql-1 is not ready"),
    fact(280, "db-1", "full", "db-1 is full: 50 of 50"),
    fact(310, "proxysql-0", "pod-unready", "proxysql-0 is not ready"),
  ];
  const groups = groupFacts(facts, COMPONENTS).map(({ text, from, until }) => [text, from / SECOND, until / SECOND]);
  expect(groups).toEqual([
    ["2 pods of proxysql are not ready", 271, 310],
    ["db-1 is full: 50 of 50", 280, 280],
  ]);
});

test("figures that differ become a range, and repetitions are counted", () => {
  const shunned = (seconds: number, pod: number, failures: number) => {
    const path = `proxysql-${pod}/db-1`;
    return fact(seconds, path, "shunned", `${path} is shunned after ${failures} failures`);
  };
  const facts = [shunned(1, 0, 5), shunned(2, 1, 19), shunned(3, 0, 3)];
  expect(groupFacts(facts, COMPONENTS).map(({ text }) => text)).toEqual([
    "db-1 on 2 pods of proxysql is shunned after 3 to 19 failures (3 times)",
  ]);
  expect(groupFacts(facts.slice(0, 1), COMPONENTS)[0]!.text).toBe("proxysql-0/db-1 is shunned after 5 failures");
});

test("a component of the same name with a number is not a pod", () => {
  const facts = [fact(1, "db-1", "full", "db-1 is full"), fact(2, "db-2", "full", "db-2 is full")];
  expect(groupFacts(facts, COMPONENTS)).toHaveLength(2);
});
