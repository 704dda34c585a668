import { expect, test } from "vitest";
import { foldRounds, loopBefore } from "../../../scenarios/experiment/loop.ts";
import type { Fact } from "../../../scenarios/experiment/story.ts";
import { SECOND } from "../../../sim/time.ts";

test("what comes again and again in a chain is one round with a count, the rest stays as it is (point 22)", () => {
  const chain = [
    fact(0, "load", "load-changes"),
    fact(1, "db", "full", [0]),
    fact(2, "proxy-1", "not-ready", [1]),
    fact(3, "db", "full", [2]),
    fact(4, "proxy-2", "not-ready", [3]),
    fact(5, "db", "full", [4]),
    fact(6, "proxy-3", "not-ready", [5]),
    fact(7, "load", "outage", [6]),
  ];
  const rows = foldRounds(chain).map((row) =>
    "fact" in row ? row.fact.fact : [row.times, ...row.round.map(({ fact }) => fact)],
  );
  expect(rows).toEqual(["load-changes", [3, "full", "not-ready"], "outage"]);
  expect(foldRounds(chain.slice(0, 3))).toHaveLength(3);
});

test("a loop leads from a fact by others back to its sort on another pod, and counts how often (point 22)", () => {
  const journal = [
    fact(0, "load", "load-changes"),
    fact(1, "proxy-1", "not-ready", [0]),
    fact(2, "lb", "few-left", [1]),
    fact(3, "proxy-2", "not-ready", [2]),
    fact(4, "proxy-9", "not-ready", [0]),
    fact(5, "lb", "few-left", [3, 4]),
    fact(6, "proxy-3", "not-ready", [5]),
    fact(7, "load", "outage", [6]),
  ];
  const loop = loopBefore(journal, 7)!;
  expect(loop.times).toBe(2);
  expect(loop.round.map(({ id }) => id)).toEqual([3, 5]);
  expect(loop.closes.id).toBe(6);
});

test("without a way back there is no loop, however many pods are told of", () => {
  const journal = [
    fact(0, "db", "full"),
    fact(1, "proxy-1", "not-ready", [0]),
    fact(2, "proxy-2", "not-ready", [0]),
    fact(3, "load", "outage", [1, 2]),
  ];
  expect(loopBefore(journal, 3)).toBeUndefined();
});

function fact(id: number, component: string, name: string, because: number[] = []): Fact {
  const at = id * SECOND;
  return { id, sort: "condition", at, until: null, component, fact: name, figures: {}, text: name, because };
}
