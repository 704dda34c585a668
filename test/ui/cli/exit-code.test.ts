import { expect, test } from "vitest";
import { InvariantError } from "../../../sim/assert.ts";
import { exitCodeOf, exitCodeOfError, reportOf, WrongInput } from "../../../ui/cli/exit-code.ts";
import { columns, printerOn, wrap } from "../../../ui/cli/printer.ts";

test("one run that is not as expected decides; otherwise one that is inconclusive keeps the rest from being enough", () => {
  expect(exitCodeOf(["as expected", "as expected"])).toBe(0);
  expect(exitCodeOf(["as expected", "not as expected", "inconclusive"])).toBe(1);
  expect(exitCodeOf(["as expected", "inconclusive"])).toBe(3);
  expect(exitCodeOf([])).toBe(3);
});

test("a broken invariant is our mistake: exit code 4, and a report that can be sent to us", () => {
  const error = new InvariantError("db: 51 sessions of 50");
  expect(exitCodeOfError(error)).toBe(4);
  const report = reportOf(error, ["brownout 0.1.0", "file x.yaml (input 00ff)", "seed 7, replication 3"]).join("\n");
  expect(report).toMatch(
    /^Brownout has made a mistake: invariant broken: db: 51 sessions of 50\nThis says nothing about/,
  );
  expect(report).toContain("  seed 7, replication 3\n");
  expect(report).toMatch(/^ {4}at /m);
});

test("any other unexpected error is our mistake too, and wrong input is not: its words stand alone", () => {
  expect(exitCodeOfError(new TypeError("x is undefined"))).toBe(4);
  expect(exitCodeOfError(new WrongInput("a.yaml: no"))).toBe(2);
  expect(reportOf(new WrongInput("a.yaml: no\nb.yaml: no"), ["brownout"])).toEqual(["a.yaml: no", "b.yaml: no"]);
});

test("colours need a terminal that shows them and a user who has not declined them", () => {
  const before = process.env.NO_COLOR;
  const shown = (isTTY: boolean, declined: string) => {
    process.env.NO_COLOR = declined;
    return printerOn(Object.create(process.stdout, { isTTY: { value: isTTY } })).color.red("x") !== "x";
  };
  expect([shown(true, ""), shown(true, "1"), shown(false, "")]).toEqual([true, false, false]);
  process.env.NO_COLOR = before;
});

test("long texts are broken between words and indented under their head; figures stand flush right", () => {
  expect(wrap("one two three four five", 26, "say: ")).toEqual(["say: one two three four", "     five"]);
  expect(wrap("a".repeat(30), 20)).toEqual(["a".repeat(30)]);
  const rows = [
    ["", "n"],
    ["pods", "12"],
    ["x", "3"],
  ];
  expect(columns(rows, [1])).toEqual(["       n", "pods  12", "x      3"]);
});
