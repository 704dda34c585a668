import * as z from "zod";
import { amount, count, duration, positiveCount, type Quantity, quantity } from "../../models/quantity.ts";
import { Mistake, readBandwidth, readBytes, readDuration, readRate, readShare, show } from "../../models/unit.ts";
import type { Micros } from "../../sim/time.ts";
import type { Condition } from "../check/expression.ts";
import { parseCondition } from "../check/parse.ts";
import { name, parameter } from "./name.ts";

/** The longest timeline. */
export const MOST_ENTRIES = 1000;

/** An entry of the timeline that happens at some time after another. */
export interface After {
  readonly entry: string;
  readonly delay: Micros;
}

const AFTER = 'the name of an entry and a delay, as in "alarm + 30s"';

export function readAfter(value: unknown): After | Mistake {
  const match = typeof value === "string" ? /^\s*([\w.-]+)\s*(?:\+\s*(.*\S)\s*)?$/.exec(value) : null;
  if (match === null) return new Mistake(`${show(value)} is not a moment`, AFTER);
  const delay = match[2] === undefined ? 0 : readDuration(match[2]);
  return delay instanceof Mistake ? delay : { entry: match[1]!, delay };
}

function readCondition(value: unknown): Condition | Mistake {
  if (typeof value !== "string")
    return new Mistake(`${show(value)} is not a condition`, 'a text such as "ready(proxysql) < 50%"');
  return parseCondition(value);
}

/** A value in whatever unit the parameter has: "200/s", "30%", "10s", "1Gbit/s", "64KiB" or a plain number. */
export function readAnyQuantity(value: unknown): number | Mistake {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  for (const read of [readRate, readShare, readDuration, readBandwidth, readBytes]) {
    const number = read(value);
    if (!(number instanceof Mistake)) return number;
  }
  return new Mistake(`${show(value)} is not a quantity`, 'a number, or one such as "200/s", "30%", "10s" or "1Gbit/s"');
}

function anyQuantity(): Quantity<number> {
  return quantity(readAnyQuantity, { type: ["string", "number"], examples: ["200/s", "30%", "10s"] });
}

const moment = {
  at: duration().optional().describe("When it happens, from the start of the run."),
  after: quantity<After, string>(readAfter, { type: "string", examples: ["alarm + 30s"] })
    .optional()
    .describe("When it happens: some time after another entry has."),
  when: quantity<Condition, string>(readCondition, { type: "string", examples: ["ready(proxysql) < 50%"] })
    .optional()
    .describe("It happens once this is the case; looked at on the recording grid."),
  for: duration().optional().describe("With `when`: it must have been the case for so long. Default: 0s."),
  spread: duration()
    .optional()
    .describe("With `at` or `after`: it happens up to so much later, by chance, any moment as likely. Default: 0s."),
  as: name().optional().describe("A name, for `after` of other entries and for variants."),
  skipped: z
    .boolean()
    .default(false)
    .describe("It comes to pass, but nobody does anything; what happens after it still does. For asking what it did."),
  because: z.string().max(500).optional().describe("Why somebody does this; the story quotes it."),
};

const target = name().describe("Path of the component that it is done to.");
const place = name().describe("Component, node group or zone that it is done to.");
const live = parameter().describe("Component and live parameter, joined by a dot, such as load-test.rate.");
const over = duration().prefault("0s").describe("The change takes so long, evenly; 0s is at once.");
const lasting = duration().optional().describe("It ends by itself after so long. Default: it lasts.");

/** What somebody does, or what happens to the system, and when. */
export const action = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("scale").describe("Changes the number of replicas."),
    target,
    to: count(10_000).describe("Replicas from then on."),
    ...moment,
  }),
  z.strictObject({
    do: z.literal("rollout").describe("Replaces all pods by those of another revision, as its strategy says."),
    target,
    ...moment,
  }),
  z.strictObject({
    do: z.literal("set").describe("Changes a live parameter at once."),
    target: live,
    to: anyQuantity().describe("The new value, in the unit of the parameter."),
    ...moment,
  }),
  z.strictObject({
    do: z.literal("ramp").describe("Changes a live parameter along a straight line."),
    target: live,
    to: anyQuantity().describe("The value at the end, in the unit of the parameter."),
    over,
    ...moment,
  }),
  z.strictObject({
    do: z.literal("kill").describe("Ends pods at once; a deployment replaces them."),
    target,
    count: positiveCount(10_000).default(1).describe("How many of them, at most all."),
    ...moment,
  }),
  z.strictObject({
    do: z.literal("restart").describe("Restarts pods or a server."),
    target,
    count: positiveCount(10_000).default(1).describe("How many of them, at most all."),
    ...moment,
  }),
  z.strictObject({
    do: z.literal("stop").describe("Ends a process at once, as kill -9 does; it stays down until it is started."),
    target,
    ...moment,
  }),
  z.strictObject({ do: z.literal("start").describe("Starts a process that was stopped."), target, ...moment }),
  z.strictObject({
    do: z.literal("drain").describe("Moves pods off nodes, heeding disruption budgets."),
    target: name().describe("Node group whose nodes are drained."),
    count: positiveCount(10_000).default(1).describe("How many nodes, at most all."),
    ...moment,
  }),
  z.strictObject({
    do: z.literal("cut").describe("Nothing gets through to or from it."),
    target: place,
    lasting,
    ...moment,
  }),
  z.strictObject({
    do: z.literal("slow").describe("Everything it does takes longer, or shorter."),
    target: place,
    by: amount(1_000_000).describe("Factor: 3 is three times as long, 0.1 ten times as fast."),
    lasting,
    ...moment,
  }),
]);

export type Action = z.output<typeof action>;
