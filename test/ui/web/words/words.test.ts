import { expect, test } from "vitest";
import { en } from "../../../../ui/web/words/en.ts";
import { ko } from "../../../../ui/web/words/ko.ts";
import { foreignWords } from "./latin-words.ts";

test("both languages say the same things: no key is missing and none is left over (point 46)", () => {
  expect(keysOf(ko)).toEqual(keysOf(en));
});

test("what the page says in Korean has no English in it but terms, and nothing was left as it is (point 46)", () => {
  const texts = textsOf(ko);
  expect(texts.length).toBeGreaterThan(40);
  expect(texts.filter((text) => foreignWords(text).length > 0)).toEqual([]);
});

/** Every key with its path; what takes figures is a key like any other. */
function keysOf(said: object, path = ""): string[] {
  return Object.entries(said).flatMap(([key, each]) =>
    typeof each === "object" && each !== null ? keysOf(each, `${path}${key}.`) : [`${path}${key}`],
  );
}

/** Every text that takes no figures. */
function textsOf(said: object): string[] {
  return Object.values(said).flatMap((each) =>
    typeof each === "string" ? [each] : typeof each === "object" && each !== null ? textsOf(each) : [],
  );
}
