import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { scenarioSchema } from "../../../scenarios/language/schema.ts";

test("the schema that scenario files name for editors is the one of this version: brownout schema writes it", () => {
  const file: unknown = JSON.parse(readFileSync("scenarios/scenario.schema.json", "utf8"));
  expect(file).toEqual(JSON.parse(JSON.stringify(scenarioSchema(KINDS))));
});
