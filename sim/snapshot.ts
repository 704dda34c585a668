import { Component } from "./component.ts";
import type { Simulation } from "./simulation.ts";

/** The state of a whole run at one instant, as plain data that can be cloned and stored. */
export interface Snapshot {
  readonly format: "brownout-snapshot/1";
  readonly state: Saved;
}

/** A saved value: primitives and typed arrays as they are, everything else as a record of saved fields. */
type Saved = unknown;

/** Stands for what never changes: a component, a frozen object, a function. */
const ELSEWHERE = "\u0000elsewhere";

/**
 * Copies the state of a run.
 *
 * The world (which components exist and how they are wired) is not part of it: it is built again from the same
 * scenario, and `restore` then puts the state into it. Components, frozen objects and functions are wiring and are
 * left alone. What a component changes while the run goes on must therefore be numbers, strings, typed arrays, or plain
 * objects, arrays, maps and sets of these, directly or inside objects that exist from the start.
 */
export function save(simulation: Simulation): Snapshot {
  return { format: "brownout-snapshot/1", state: saveObject(simulation, new Map()) };
}

/** Puts a saved state into a world that was built from the same scenario (the same one, or a second one: a fork). */
export function restore(simulation: Simulation, snapshot: Snapshot): void {
  restoreObject(simulation, snapshot.state as Record<string, Saved>, new Map());
}

/** By object: its copy. What two places share is copied once, so that they share it again when it is restored. */
type Copies = Map<object, object>;

function saveObject(object: object, copies: Copies): Saved {
  const saved: Record<string, Saved> = {};
  copies.set(object, saved);
  for (const [key, value] of Object.entries(object)) saved[key] = saveValue(value, key, copies);
  return saved;
}

function saveValue(value: unknown, key: string, copies: Copies): Saved {
  if (typeof value === "function") return ELSEWHERE;
  if (typeof value !== "object" || value === null) return value;
  if (isTypedArray(value)) return value.slice();
  if (isWiring(value, key)) return ELSEWHERE;
  if (Array.isArray(value)) return value.map((item) => saveValue(item, key, copies));
  if (value instanceof Map) return new Map([...value].map(([at, item]) => [at, saveValue(item, "", copies)]));
  if (value instanceof Set) return new Set(value);
  return copies.get(value) ?? saveObject(value, copies);
}

/** Fills a live object in place; by saved object, `copies` has what became of it. */
function restoreObject(object: object, saved: Record<string, Saved>, copies: Copies, before = object): object {
  const live = object as Record<string, unknown>;
  const old = before as Record<string, unknown>;
  copies.set(saved, object);
  for (const [key, value] of Object.entries(saved)) {
    if (Object.getOwnPropertyDescriptor(live, key)?.writable === false) continue;
    live[key] = restoreValue(old[key], value, copies);
  }
  return object;
}

function restoreValue(live: unknown, saved: Saved, copies: Copies): unknown {
  if (saved === ELSEWHERE) return live;
  if (typeof saved !== "object" || saved === null) return saved;
  if (isTypedArray(saved)) return restoreTyped(live, saved);
  if (Array.isArray(saved)) return restoreArray(Array.isArray(live) ? live : [], saved, copies);
  if (saved instanceof Map) return restoreMap(live instanceof Map ? live : new Map(), saved, copies);
  if (saved instanceof Set) return refilled(live instanceof Set ? live : new Set(), saved);
  return copies.get(saved) ?? restoreRecord(live, saved as Record<string, Saved>, copies);
}

/** An object of a class stays the one that it is. A plain one is made anew: another place may hold it with other values. */
function restoreRecord(live: unknown, saved: Record<string, Saved>, copies: Copies): object {
  const before = typeof live === "object" && live !== null ? live : {};
  return restoreObject(isPlain(before) ? {} : before, saved, copies, before);
}

function restoreTyped(live: unknown, saved: TypedArray): TypedArray {
  if (!isTypedArray(live) || live.length !== saved.length) return saved.slice();
  live.set(saved);
  return live;
}

function restoreArray(live: unknown[], saved: readonly Saved[], copies: Copies): unknown[] {
  const before = [...live];
  live.length = 0;
  for (const [at, item] of saved.entries()) live.push(restoreValue(before[at], item, copies));
  return live;
}

function restoreMap(live: Map<unknown, unknown>, saved: Map<unknown, Saved>, copies: Copies): Map<unknown, unknown> {
  const before = new Map(live);
  live.clear();
  for (const [at, item] of saved) live.set(at, restoreValue(before.get(at), item, copies));
  return live;
}

function refilled(live: Set<unknown>, saved: Set<unknown>): Set<unknown> {
  live.clear();
  for (const item of saved) live.add(item);
  return live;
}

/** Components are reached once, through the register of the simulation; frozen objects are constants. */
function isWiring(value: object, key: string): boolean {
  return (value instanceof Component && key !== "components") || Object.isFrozen(value);
}

function isPlain(object: object): boolean {
  return Object.getPrototypeOf(object) === Object.prototype;
}

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
