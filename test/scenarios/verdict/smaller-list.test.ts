import fc from "fast-check";
import { expect, test } from "vitest";
import { SmallerList } from "../../../scenarios/verdict/smaller-list.ts";

function smallest(list: readonly number[], has: (part: readonly number[]) => boolean): readonly number[] {
  const smaller = new SmallerList(list);
  for (let tried = smaller.candidates(); tried.length > 0; tried = smaller.candidates()) {
    smaller.take(tried.findIndex((part) => has(part)));
  }
  return smaller.list;
}

test("of eight changes the two are found that fail only together, as in the paper's example", () => {
  expect(smallest([1, 2, 3, 4, 5, 6, 7, 8], (part) => part.includes(1) && part.includes(7))).toEqual([1, 7]);
});

test("whatever is needed is what is left, and nothing else", () => {
  const lists = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(lists, fc.nat(), (list, seed) => {
      const needed = list.filter((each) => (each * 7919 + seed) % 4 === 0);
      const wanted = needed.length > 0 ? needed : list.slice(0, 1);
      expect(smallest(list, (part) => wanted.every((each) => part.includes(each)))).toEqual(wanted);
    }),
    { seed: 9 },
  );
});
