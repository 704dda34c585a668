import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { referenceOf, referenceOfFile } from "../../../scenarios/language/reference.ts";

test.each(KINDS.map((kind) => [kind.kind, kind] as const))(
  "every option of %s has a meaning, a unit and a default",
  (_, kind) => {
    for (const { option, meaning, unit, standard } of referenceOf(kind)) {
      expect.soft(meaning, option).not.toBe("");
      expect.soft(unit, option).not.toBe("value");
      expect.soft(standard, option).not.toBe("");
    }
  },
);

test("every field of a scenario file has a meaning", () => {
  const bare = referenceOfFile().filter(({ meaning }) => meaning === "");
  expect(bare.map(({ option }) => option)).toEqual([]);
});

test("the source of an option stands apart from its meaning", () => {
  const mysql = KINDS.find(({ kind }) => kind === "mysql")!;
  const rows = referenceOf(mysql);
  expect(rows.find(({ option }) => option === "wait_timeout")).toEqual({
    option: "wait_timeout",
    meaning: "Seconds after which the server closes an idle session.",
    unit: "seconds",
    standard: "28800",
    source: "MySQL manual, wait_timeout",
  });
  expect(rows.find(({ option }) => option === "fsync")).toMatchObject({
    unit: "duration left to chance",
    source: "model",
  });
});
