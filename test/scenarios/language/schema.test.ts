import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { scenarioSchema } from "../../../scenarios/language/schema.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import { TEST_KINDS } from "./kinds.ts";

/** The paths of fields that do not say what they mean. */
function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const silent = field.description === undefined ? [`${path}.${key}`] : [];
    return [...silent, ...undescribed(field, `${path}.${key}`)];
  });
  const { additionalProperties: more, items, anyOf = [], oneOf = [] } = schema;
  const parts = [...anyOf, ...oneOf, ...(items ? [items] : []), ...(typeof more === "object" ? [more] : [])];
  return [...own, ...parts.flatMap((part) => undescribed(part, `${path}.*`))];
}

test("the JSON Schema of a scenario says of every field what it means", () => {
  expect(undescribed(scenarioSchema(TEST_KINDS), "")).toEqual([]);
});

test("the JSON Schema is draft-07, knows every kind, and shows defaults as they are written in a file", () => {
  const schema = scenarioSchema(KINDS);
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  expect(schema.required).toEqual(["name", "title", "duration", "components"]);
  expect(schema.properties?.record?.properties?.every).toMatchObject({
    type: "string",
    default: "1s",
    examples: ["15m", "90s"],
  });
  const components = schema.properties?.components?.additionalProperties as JsonSchema;
  expect(components.oneOf?.map(({ properties }) => properties?.kind?.const)).toEqual(KINDS.map(({ kind }) => kind));
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});
