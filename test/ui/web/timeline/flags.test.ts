import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../../../../scenarios/experiment/story.ts";
import { factAfter, factBefore, flagsOf, glyphOf, significantFacts } from "../../../../ui/web/replay/timeline/flags.ts";

const SECOND = 1e6;

function fact(id: number, second: number, more: Partial<Fact> = {}): Fact {
  const at = second * SECOND;
  const rest = { figures: {}, because: [], text: "", until: null };
  return { id, sort: "condition", at, component: "noti-db", fact: "connection-limit-reached", ...rest, ...more };
}

const components = [
  { path: "proxysql" },
  { path: "proxysql-3", parent: "proxysql" },
  { path: "proxysql-3/hostgroup-0", parent: "proxysql-3" },
  { path: "noti-db" },
  { path: "noti-db-2" },
];

test("next and previous visit every event once, in order, both ways, also those of the same moment (point 18)", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }), (seconds) => {
      const facts = significantFacts(
        [...seconds].sort((a, b) => a - b).map((second, id) => fact(id, second)),
        { components },
        new Set(),
        undefined,
      );
      const walk = (find: typeof factAfter, from: number) => {
        const visited: number[] = [];
        for (let at = find(facts, from, undefined); at !== undefined; at = find(facts, at.at, at.id))
          visited.push(at.id);
        return visited;
      };
      expect(walk(factAfter, 0)).toEqual(facts.map(({ id }) => id));
      expect(walk(factBefore, 30 * SECOND)).toEqual(facts.map(({ id }) => id).reverse());
    }),
  );
});

test("from a moment between two events, next is the later one and previous the earlier one", () => {
  const facts = [fact(0, 10), fact(1, 20)];
  expect(factAfter(facts, 15 * SECOND, undefined)?.id).toBe(1);
  expect(factBefore(facts, 15 * SECOND, undefined)?.id).toBe(0);
  expect(factAfter(facts, 25 * SECOND, undefined)).toBeUndefined();
});

test("a hidden kind is no stop, and with a deployment selected only it, its pods and their parts are", () => {
  const journal = [
    fact(0, 1, { component: "proxysql-3/hostgroup-0", fact: "pool-at-max_connections" }),
    fact(1, 2),
    fact(2, 3, { component: "noti-db-2" }),
    fact(3, 4, { component: "proxysql-3", fact: "pod-unready" }),
    fact(4, 5, { component: "proxysql", fact: "scaled" }),
  ];
  const ids = (hidden: string[], selected?: string) =>
    significantFacts(journal, { components }, new Set(hidden), selected).map(({ id }) => id);
  expect(ids([])).toEqual([0, 1, 2, 3, 4]);
  expect(ids(["pod-unready"])).toEqual([0, 1, 2, 4]);
  expect(ids([], "proxysql")).toEqual([0, 3, 4]);
  expect(ids([], "proxysql-3")).toEqual([0, 3]);
  expect(ids([], "noti-db")).toEqual([1]);
});

test("flags are never nearer than they may be, and together they count every event that is shown", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 80 }), (seconds) => {
      const facts = [...seconds].sort((a, b) => a - b).map((second, id) => fact(id, second));
      const flags = flagsOf(facts, { from: 100 * SECOND, until: 700 * SECOND }, 1200, 90);
      const places = flags.map(({ share }) => share * 1200);
      for (let at = 1; at < places.length; at++) expect(places[at]! - places[at - 1]!).toBeGreaterThanOrEqual(90);
      const shown = facts.filter(({ at }) => at >= 100 * SECOND && at <= 700 * SECOND);
      expect(flags.flatMap(({ facts: own }) => own)).toEqual(shown);
    }),
  );
});

test("a flag of actions and conditions shows the action, and one with an outage in it shows the outage", () => {
  const condition = fact(0, 1);
  const action = fact(1, 1, { sort: "action", fact: "scaled" });
  const outage = fact(2, 1, { fact: "outage-complete" });
  expect(glyphOf({ facts: [condition] })).toBe("▲");
  expect(glyphOf({ facts: [condition, action] })).toBe("⚑");
  expect(glyphOf({ facts: [condition, action, outage] })).toBe("✕");
});
