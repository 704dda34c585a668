import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS } from "../../../../models/kinds.ts";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { scenarioSchema } from "../../../../scenarios/language/schema.ts";
import { meaningOf, offersAt } from "../../../../ui/web/edit/assistance.ts";
import { spanAt } from "../../../../ui/web/edit/place.ts";

const SCHEMA = scenarioSchema(KINDS);
const CASCADE = readFileSync("scenarios/scale-out-cascade.yaml", "utf8");

test("a mistake is marked at the whole value, not at its key or the colon (point 35)", () => {
  const text = CASCADE.replace("workers: 64", "workers: many");
  const [problem] = loadInput({ file: "x.yaml", text, attachments: new Map() }, { overrides: [] }).problems;
  const { from, to } = spanAt(text, problem!.line, problem!.col);
  expect(problem!.path).toBe("api.workers");
  expect(text.slice(from, to)).toBe("many");
  expect(spanAt("a: [1", 1, 6)).toEqual({ from: 5, to: 5 });
});

test("where a key is being written, those of that very kind are offered, with their meaning", () => {
  const probe = offered("failureThreshold: 3", "fail");
  expect(probe).toContain("failureThreshold");
  expect(probe).not.toContain("max_connections");
  expect(offered("max_connections: 59", "max")).toContain("max_connections");
  expect(offered("patience: 2s", "pa")).toContain("patience");
  const { offers } = offersAt(CASCADE, CASCADE.indexOf("readinessProbe:\n") + 4, SCHEMA)!;
  expect(offers.find(({ text }) => text === "readinessProbe")?.about).not.toBe("");
});

test("where a value is being written, what it may be is offered", () => {
  const kinds = offered("mysql, max_connections: 59", "my", "kind: ");
  expect(kinds).toContain("mysql");
  expect(kinds).toContain("proxysql");
  expect(offered("fails\n\nreported", "f", "expect: ").sort()).toEqual(["fails", "holds"]);
  expect(offered("false, zones: client }\n  edge", "f", "crossZone: ")).toEqual(["true", "false"]);
});

test("in a comment, and in a text that is no YAML, nothing is offered and nothing fails", () => {
  expect(offersAt(CASCADE, CASCADE.indexOf("who asks") + 3, SCHEMA)).toBeUndefined();
  for (const text of ["", "a: [", "{", "&a [*a]", `${"[".repeat(5000)}`]) {
    for (let at = 0; at <= Math.min(8, text.length); at++) {
      offersAt(text, at, SCHEMA);
      meaningOf(text, at, SCHEMA);
    }
  }
});

test("a word under the pointer is explained from the same schema as on the command line", () => {
  const meaning = meaningOf(CASCADE, CASCADE.indexOf("failureThreshold") + 2, SCHEMA);
  expect(meaning?.path).toBe("components.proxysql.readinessProbe.failureThreshold");
  expect(meaning?.about[0]?.length).toBeGreaterThan(10);
  expect(meaning?.default).toBe("3");
});

/** What is offered once `typed` stands in the place of the first line that begins with `before`, after `key`. */
function offered(before: string, typed: string, key = ""): string[] {
  const at = CASCADE.indexOf(key + before) + key.length;
  const rest = CASCADE.slice(at).replace(/^[\w.-]*(: [^,}\n]*)?/, key === "" ? "" : "$1");
  return (offersAt(CASCADE.slice(0, at) + typed + rest, at + typed.length, SCHEMA)?.offers ?? []).map(
    ({ text }) => text,
  );
}
