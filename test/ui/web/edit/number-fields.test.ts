import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS } from "../../../../models/kinds.ts";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { scenarioSchema } from "../../../../scenarios/language/schema.ts";
import { type NumberField, numberFieldsOf, turned } from "../../../../ui/web/edit/number-fields.ts";
import { overridesBetween } from "../../../../ui/web/edit/overrides.ts";
import { editsOf } from "../../../../ui/web/share/edits.ts";

const SCHEMA = scenarioSchema(KINDS);
const FILE = "scenarios/scale-out-cascade.yaml";
const CASCADE = readFileSync(FILE, "utf8");

test("turning noti-db's limit from 59 to 80 changes one line and keeps every comment (point 36)", () => {
  const limit = fieldAt(CASCADE, "noti-db.max_connections");
  const after = withValue(CASCADE, limit, 80);
  expect(editsOf(CASCADE, after)).toEqual([
    [
      CASCADE.split("\n").findIndex((line) => line.startsWith("  noti-db:")),
      1,
      "  noti-db: { kind: mysql, max_connections: 80, cores: 4 }",
    ],
  ]);
  expect(after.match(/#.*/g)).toEqual(CASCADE.match(/#.*/g));
});

test("every number of the cascade that is turned changes one line, and the file can still be read (point 36)", () => {
  const fields = numberFieldsOf(CASCADE, SCHEMA);
  expect(fields.length).toBeGreaterThan(60);
  for (const field of fields) {
    const after = withValue(CASCADE, field, field.value + 1);
    expect(editsOf(CASCADE, after).map(([, removed, ...lines]) => [removed, lines.length])).toEqual([[1, 1]]);
    expect(numberFieldsOf(after, SCHEMA).find(({ from }) => from === field.from)?.value).toBe(field.value + 1);
  }
});

test("a slider goes over the range that the case assumes, in the unit of the file", () => {
  const told = (path: string) => {
    const { value, unit, range, isWhole } = fieldAt(CASCADE, path);
    return { value, unit, range, isWhole };
  };
  expect(told("noti-db.max_connections")).toEqual({
    value: 59,
    unit: "",
    range: { low: 40, high: 150 },
    isWhole: true,
  });
  expect(told("load-test.classes.2.waits")).toEqual({
    value: 800,
    unit: "ms",
    range: { low: 200, high: 2500 },
    isWhole: false,
  });
  expect(told("load-test.zones.zone-a")).toEqual({
    value: 50,
    unit: "%",
    range: { low: 30, high: 70 },
    isWhole: false,
  });
  expect(told("nodes.2.bandwidth.base").range).toEqual({ low: 20, high: 70 });
  expect(told("proxysql.readinessProbe.periodSeconds").range).toBeUndefined();
});

test("what the editor changed reads on the command line as the same world", () => {
  const after = CASCADE.replace("max_connections: 59", "max_connections: 80").replace("asks: noti-db", "asks: self");
  const overrides = overridesBetween(CASCADE, after);
  expect(overrides).toEqual(["proxysql.readinessProbe.exec.asks=self", "noti-db.max_connections=80"]);
  const input = (text: string) => ({ file: FILE, text, attachments: new Map() });
  const changed = loadInput(input(CASCADE), { overrides: overrides! }).scenario;
  const edited = loadInput(input(after), { overrides: [] }).scenario;
  expect(edited).toBeDefined();
  expect(JSON.stringify([...changed!.components])).toBe(JSON.stringify([...edited!.components]));
});

test("what is taken out of a file cannot be told as a change of a value", () => {
  expect(overridesBetween(CASCADE, CASCADE.replace("  patience: 2s\n", ""))).toBeUndefined();
  expect(overridesBetween(CASCADE, "name: [")).toBeUndefined();
  expect(overridesBetween(CASCADE, CASCADE)).toEqual([]);
});

function fieldAt(text: string, path: string): NumberField {
  return numberFieldsOf(text, SCHEMA).find((each) => each.path === path)!;
}

function withValue(text: string, field: NumberField, value: number): string {
  return text.slice(0, field.from) + turned(field, value) + text.slice(field.to);
}
