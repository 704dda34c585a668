import { expect, test } from "vitest";
import { CASCADE } from "./cascade.ts";
import { said } from "./said.ts";

type Mistake = readonly [title: string, right: string, wrong: string, ...said: string[]];

const MISTAKES: readonly Mistake[] = [
  [
    "a key that is there twice",
    "name: scale-out",
    "name: scale-out\nname: again",
    '2:1: the key "name" is there twice; expected it once (the first is in line 1)',
  ],
  [
    "a second colon in a line",
    "name: scale-out",
    "name: scale: out",
    '1:7: there is a second ":" in the line; expected the value in quotes, or on lines of its own',
  ],
  ["a tab", "name: scale-out", "\tname: scale-out", "1:1: a tab is used to indent; expected spaces"],
  [
    "a bracket that is not closed",
    "zones: [zone-a, zone-c]",
    "zones: [zone-a, zone-c",
    '9:1: a bracket that was opened before is not closed; expected "]" or "}" before this, or more indentation',
  ],
  [
    "a second document",
    "duration: 15m",
    "duration: 15m\n---\na: 1",
    '7:1: the file holds more than one document ("---"); expected one scenario in a file',
  ],
  [
    "an unknown tag",
    "duration: 15m",
    "duration: !time 15m",
    "6:11: this tag is not known; expected the value without a tag",
  ],
  [
    "an alias to nothing",
    "duration: 15m",
    "duration: *time",
    "6:11: nothing is anchored as &time; expected an anchor before it",
  ],
];

test.each(MISTAKES)("%s is told where it is, what is wrong and what would be right", (_, right, wrong, ...expected) => {
  expect(CASCADE).toContain(right);
  expect(said(CASCADE.replace(right, wrong))).toEqual(expected);
});

test("an empty file is told what a scenario needs", () => {
  const right = "expected a scenario: at least name, duration and components";
  expect(said("")).toEqual([`1:1: the file is empty; ${right}`]);
  expect(said("  \n\n")).toEqual([`1:1: the file is empty; ${right}`]);
});

test("a file that holds nothing but a list or a word is no scenario", () => {
  expect(said("[1, 2]")).toEqual(["1:1: the file is a list; expected a map with name, duration and components"]);
  expect(said("# only a comment")).toEqual([
    "1:1: the file is null; expected a map with name, duration and components",
  ]);
});

test("a picture, a UTF-16 file and bytes that are no UTF-8 are not taken for YAML", () => {
  const binary = (col: string) => [`${col}: this is not a text in UTF-8; expected a YAML file`];
  expect(said("\uFFFDPNG\r\n\u001a\n\u0000\u0000")).toEqual(binary("1:1"));
  expect(said("n\u0000a\u0000m\u0000e\u0000")).toEqual(binary("1:2"));
  expect(said("name: a\nstory: caf\uFFFD\n")).toEqual(binary("2:11"));
});

test("a byte order mark does no harm", () => {
  expect(said(`\uFEFF${CASCADE}`)).toEqual([]);
});

test("aliases that multiply into a billion parts are refused at once", () => {
  const layers = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const bomb = layers.map((name, at) => {
    const item = at === 0 ? "lol" : `*${layers[at - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 10 }, () => item).join(", ")}]`;
  });
  const right = "expected at most 100 parts through aliases";
  expect(said(bomb.join("\n"))).toEqual([`1:1: the aliases multiply into too many parts; ${right}`]);
});

test("an alias within what it stands for has no end", () => {
  expect(said("a: &a\n  b: *a\n")).toEqual(["2:6: the alias *a is within what it stands for; expected it elsewhere"]);
});

test("an alias that is used properly is what it stands for", () => {
  const aliased = CASCADE.replace("share: 70%", "share: &half 50%").replace("share: 30%", "share: *half");
  expect(said(aliased)).toEqual([]);
});

test("brackets within brackets without end are refused, a few too many as well as a million", () => {
  expect(said(`name: ${"[".repeat(50)}${"]".repeat(50)}`)).toEqual([
    "1:47: this is nested too deeply; expected at most 40 levels",
  ]);
  expect(said("[".repeat(1_000_000))).toEqual(["1:41: this is nested too deeply; expected at most 40 levels"]);
});

test("a file of more than a mebibyte is not looked at", () => {
  const text = `# ${"x".repeat(1024 * 1024)}`;
  expect(said(text)).toEqual(["1:1: the file has 1048578 characters; expected at most 1048576"]);
});

test("thousands of keys of the same name are not compared each with each", () => {
  const problems = said("a: 1\n".repeat(20_000));
  expect(problems[0]).toBe('2:1: the key "a" is there twice; expected it once (the first is in line 1)');
  expect(problems).toHaveLength(100);
});
