import fc from "fast-check";
import { expect, test } from "vitest";
import { load } from "../../../scenarios/language/load.ts";
import { CASCADE } from "./cascade.ts";
import { TEST_KINDS } from "./kinds.ts";

const SIGNS = [
  "\n",
  "  ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "*a",
  "&a ",
  "!x ",
  "|",
  ">",
  "#",
  "%",
  "..",
  "-1",
  "1e999",
  ".nan",
  "~",
];

/** A valid scenario in which pieces were cut out, doubled, or replaced by signs that mean something in YAML. */
const mutated = fc
  .array(
    fc.tuple(
      fc.nat(CASCADE.length),
      fc.nat(40),
      fc.oneof(fc.constantFrom(...SIGNS), fc.string({ maxLength: 8 }), fc.constant("")),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((changes) => changes.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), CASCADE));

function checkedPlaces(text: string, set: string[] = []): void {
  const { scenario, problems } = load(text, "s.yaml", { kinds: TEST_KINDS, set });
  const errors = problems.filter(({ severity }) => severity === "error");
  expect(scenario === undefined).toBe(errors.length > 0);
  const lines = text.split("\n");
  for (const { file, line, col, wrong, right } of problems) {
    expect(wrong.length > 0 && right.length > 0).toBe(true);
    if (file !== "s.yaml") continue;
    const length = lines[line - 1]?.length ?? -1;
    if (col < 1 || col > length + 1) throw new Error(`"${wrong}" is at ${line}:${col}, which is not in the file`);
  }
}

test("whatever is done to a valid file, it is loaded or every problem has a place in it: nothing throws", () => {
  fc.assert(
    fc.property(mutated, (text) => checkedPlaces(text)),
    { numRuns: 80, seed: 1 },
  );
});

test("whatever the file or the command line holds, nothing throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.string(), (text, set) => {
      checkedPlaces(text);
      checkedPlaces(CASCADE, [set, `proxysql.replicas=${text}`, `${set}=1`]);
    }),
    { numRuns: 40, seed: 1 },
  );
});
