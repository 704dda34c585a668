import { expect, test } from "vitest";
import { ACTIONS, actionOf, KEYS, scrubOf } from "../../../../ui/web/replay/timeline/keys.ts";

const press = (key: string, more = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, ...more });

test("every action has a key, and no key has two", () => {
  expect(new Set(KEYS.map(({ does }) => does))).toEqual(new Set(ACTIONS));
  expect(new Set(KEYS.map(({ key, withAlt }) => `${withAlt} ${key}`)).size).toBe(KEYS.length);
});

test("the keys of the table mean what they say, in small letters and in capitals", () => {
  expect(actionOf(press(" "), true)).toBe("play");
  expect(actionOf(press("["), true)).toBe("previousEvent");
  expect(actionOf(press("."), true)).toBe("nextEvent");
  expect(actionOf(press("L"), true)).toBe("loop");
  expect(actionOf(press("ArrowLeft", { altKey: true }), true)).toBe("stepBack");
});

test("with single keys off only those with Alt work; keys of the browser are left to it", () => {
  for (const { key, withAlt } of KEYS) {
    expect(actionOf(press(key, { altKey: withAlt ?? false }), false) !== undefined).toBe(withAlt ?? false);
  }
  expect(actionOf(press("l", { ctrlKey: true }), true)).toBeUndefined();
  expect(actionOf(press("+", { metaKey: true }), true)).toBeUndefined();
  expect(actionOf(press("l", { altKey: true }), true)).toBeUndefined();
});

test("on the time bar an arrow is one bin, with Shift ten, a page is 5 %, and Home and End are the ends", () => {
  expect(scrubOf({ key: "ArrowRight", shiftKey: false })).toEqual({ bins: 1 });
  expect(scrubOf({ key: "ArrowLeft", shiftKey: true })).toEqual({ bins: -10 });
  expect(scrubOf({ key: "PageUp", shiftKey: false })).toEqual({ share: 0.05 });
  expect(scrubOf({ key: "End", shiftKey: false })).toEqual({ end: "last" });
  expect(scrubOf({ key: "Tab", shiftKey: false })).toBeUndefined();
  expect(scrubOf({ key: "toString", shiftKey: false })).toBeUndefined();
});
