import * as z from "zod";
import type { Kind } from "../../models/kind.ts";
import { dnsOptions, networkOptions, nodeOptions } from "../../models/network/kind.ts";
import { duration, positiveCount, type Quantity, quantity, share } from "../../models/quantity.ts";
import { Mistake, readDuration, show } from "../../models/unit.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { Check } from "../check/expression.ts";
import { parseCheck } from "../check/parse.ts";
import { figure } from "./figure.ts";
import { name } from "./name.ts";
import { reportedFigure } from "./reported.ts";
import type { JsonSchema } from "./shape.ts";
import { action, MOST_ENTRIES } from "./timeline.ts";

const DAY: Micros = 24 * 60 * 60 * 1_000_000;

/** A duration that something takes: more than `least`, at most a day. */
function span(least: Micros, leastInWords: string): Quantity<Micros, string> {
  const read = (value: unknown) => {
    const micros = readDuration(value);
    if (micros instanceof Mistake) return micros;
    if (micros < least) return new Mistake(`${show(value)} is too short`, `at least ${leastInWords}`);
    return micros <= DAY ? micros : new Mistake(`${show(value)} is too long`, "at most 24h");
  };
  return quantity(read, { type: "string", examples: ["15m", "90s"] });
}

const seed: Quantity<string> = quantity(
  (value) => {
    const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
    return text !== "" && text.length <= 100 ? text : new Mistake(`${show(value)} is not a seed`, "a number or a text");
  },
  { type: ["string", "number"], examples: ["000", 42] },
);

/** A check with its text, which reports quote. */
interface CheckText {
  readonly text: string;
  readonly check: Check;
}

const checkText: Quantity<CheckText, string> = quantity(
  (value) => {
    if (typeof value !== "string")
      return new Mistake(`${show(value)} is not a check`, 'a text such as "ready(proxysql) >= 50%"');
    const check = parseCheck(value);
    return check instanceof Mistake ? check : { text: value, check };
  },
  {
    type: "string",
    examples: ["ready(proxysql) >= 50% for all of 2m..15m", "http_req_duration{load:load-test} p(95) < 6s"],
  },
);

const checks = z.array(checkText).max(1000).describe("What must hold of the run.");
const expect = z.enum(["holds", "fails"]);
const reported = z.array(reportedFigure).max(1000);
const timeline = z.array(action).max(MOST_ENTRIES);

const recovery = z.strictObject({
  leavesUnder: share().prefault("80%").describe("Goodput under this takes it out of the healthy band."),
  leavesAfter: span(SECOND, "1s").prefault("5s").describe("Goodput must be as low on the average of so long."),
  returnsAt: share().prefault("95%").describe("With this goodput, and the backlog as before, it comes back."),
  returnsAfter: span(SECOND, "1s").prefault("30s").describe("Goodput must stay as good for so long."),
  within: span(SECOND, "1s")
    .prefault("5m")
    .describe("Recovery that takes longer is slow; a run that ends sooner says nothing about it."),
});

const nodeGroup = z.strictObject({
  group: name().describe("Name of the group; several entries may share it, one for each zone."),
  zone: name().describe("Zone that the nodes stand in."),
  count: positiveCount(10_000).default(1).describe("How many nodes there are."),
  ...nodeOptions,
});

const variant = z.strictObject({
  about: z.string().max(2000).default("").describe("What is different, in a sentence."),
  of: z
    .union([name().transform((one) => [one]), z.array(name())])
    .default([])
    .describe("Variants that this one begins with, in order."),
  set: z.record(z.string(), z.any()).default({}).describe("New values by path; `*` stands for every entry."),
  without: z.array(name()).default([]).describe("Names of timeline entries that do not happen."),
  timeline: timeline.default([]).describe("Timeline entries that happen as well."),
  checks: checks.optional().describe("What must hold instead. Default: the checks of the scenario."),
  expect: expect.optional().describe("How the checks come out. Default: as in the scenario."),
  reported: reported.default([]).describe("Figures that were reported of the real thing under these conditions."),
});

/** The whole file, but for the options of the components: each has the schema of its kind. */
export const file = z.strictObject({
  name: name().describe("Short name, as in file names and reports."),
  title: z.string().min(1).max(200).describe("What it shows, in a line."),
  story: z.string().max(10_000).default("").describe("What happens and why, in a few sentences."),
  seed: seed.prefault("0").describe("Begins all random numbers; the same seed gives the same run."),
  duration: span(MILLISECOND, "1ms").describe("Simulated time that the run covers."),
  record: z
    .strictObject({
      every: span(10 * MILLISECOND, "10ms")
        .prefault("1s")
        .describe("Width of a bin of every series."),
      durationsFrom: duration()
        .prefault("0s")
        .describe("End of the warm-up: durations that end before are left out. All else can be asked for by its time."),
    })
    .prefault({})
    .describe("What is written down of a run."),
  zones: z.array(name()).max(100).default([]).describe("Names of the availability zones."),
  nodes: z.array(nodeGroup).max(1000).default([]).describe("Machines that pods run on, in groups."),
  network: networkOptions.prefault({}).describe("Latencies and TCP, the same everywhere."),
  dns: dnsOptions.prefault({}).describe("The resolver of the hosts and the DNS server of the cluster."),
  components: z.record(name(), z.any()).describe("The parts of the system, by name."),
  timeline: timeline.default([]).describe("What people and machines do to it, and when."),
  checks: checks.default([]),
  expect: expect.default("holds").describe("How the checks come out: a documented disaster is expected to fail them."),
  recovery: recovery
    .prefault({})
    .describe("When the system counts as broken, and when as well again; `brownout verdict`."),
  replications: positiveCount(100_000)
    .default(20)
    .describe("How many runs the reported figures are held against; `brownout cases`."),
  reported: reported.default([]).describe("Figures that were reported of the real thing; not those of the variants."),
  figures: z
    .record(z.string(), figure())
    .default({})
    .describe("Where each figure comes from, by path: stated in the case, or assumed within a range."),
  variants: z.record(name(), variant).default({}).describe("The same world, changed, for comparison."),
});

/** What a file says of a component before its kind has judged the rest. */
export const KIND = "kind";

/** The JSON Schema (draft-07) of a scenario, with the meaning of every field, for editors and the reference. */
export function scenarioSchema(kinds: readonly Kind[]): JsonSchema {
  const schema = jsonSchemaOf(file);
  const components = { ...schema.properties?.components, additionalProperties: { oneOf: kinds.map(componentSchema) } };
  return { ...schema, title: "Brownout scenario", properties: { ...schema.properties, components } };
}

/** The JSON Schema of one kind of component. */
export function componentSchema({ kind, about, options }: Kind): JsonSchema {
  const { $schema: _, ...schema } = jsonSchemaOf(options);
  return {
    ...schema,
    description: about,
    properties: { [KIND]: { type: "string", const: kind, description: about }, ...schema.properties },
    required: [KIND, ...(schema.required ?? [])],
  };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    // zod leaves out the examples of what is transformed, as they might be of the result; ours are as written.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
    },
  });
  return json as JsonSchema;
}
