import * as z from "zod";
import { demand } from "./container.ts";
import { jsonFrom } from "./json.ts";

const name = z.string();
const whole = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

const fact = z.strictObject({
  id: whole,
  sort: z.enum(["condition", "event", "action"]),
  at: z.number(),
  until: z.number().nullable(),
  component: name,
  fact: name,
  figures: z.record(name, z.number()),
  text: name,
  because: z.array(whole),
});

const load = z.strictObject({
  path: name,
  people: whole,
  goodput: share,
  outage: z.enum(["none", "partial", "complete"]),
  worst: z.strictObject({ from: z.number(), until: z.number() }).nullable(),
  failures: z.array(z.strictObject({ reason: name, count: whole })),
});

const check = z.strictObject({
  check: name,
  holds: z.boolean(),
  measured: z.number().nullable(),
  limit: z.number(),
  unit: name,
  firstBroken: z.number().nullable(),
  vacuous: z.boolean(),
  censored: z.boolean(),
  because: z.int().nullable(),
});

const result = z.strictObject({
  title: name,
  overrides: z.array(name),
  inputHash: name,
  reached: z.number().min(0),
  duration: z.number().min(0),
  components: z.array(z.strictObject({ path: name, kind: name })),
  loads: z.array(load),
  checks: z.array(check),
  scaleOuts: z.array(z.strictObject({ deployment: name, at: z.number(), newPods: whole, everReady: whole })),
  limits: z.array(z.strictObject({ component: name, at: z.number(), text: name, peoplePerSecond: z.number() })),
  expect: z.enum(["holds", "fails"]),
  asExpected: z.boolean(),
  verdict: name,
  goodput: z.array(z.strictObject({ path: name, name, born: z.array(whole), good: z.array(whole) })),
  journal: z.array(fact),
  failedAttempts: z.array(
    z.strictObject({
      load: name,
      at: z.number(),
      reason: name,
      class: name,
      zone: name.nullable(),
      because: z.int().nullable(),
    }),
  ),
  digest: name,
});

/** How a recorded run came out, and why: of its result what a player tells; the numbers over time are in the rest. */
export type RecordedResult = Unchangeable<z.output<typeof result>>;

type Unchangeable<T> = T extends object ? { readonly [K in keyof T]: Unchangeable<T[K]> } : T;

/** Reads a result back; throws a RecordingError that names what is wrong in it. */
export function resultFrom(bytes: Uint8Array): RecordedResult {
  const read = result.safeParse(jsonFrom(bytes, "its result"));
  const [issue] = read.error?.issues ?? [];
  demand(read.success, `its result is wrong at "${issue?.path.join(".")}": ${issue?.message}`);
  const { journal } = read.data;
  for (const [at, { id, because }] of journal.entries()) {
    demand(id === at && because.every((cause) => cause < id), `entry ${at} of its journal does not fit the others`);
  }
  return read.data;
}
