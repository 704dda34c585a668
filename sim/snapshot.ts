import { Component } from "./component.ts";
import type { Simulation } from "./simulation.ts";

/** The state of a whole run at one instant, as plain data that can be cloned and stored. */
export interface Snapshot {
  readonly format: "brownout-snapshot/1";
  readonly state: Saved;
}

/** A saved value: primitives and typed arrays as they are, everything else as a record of saved fields. */
type Saved = unknown;

/** Stands for an object that an earlier part of the snapshot already holds, or that never changes. */
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
  return { format: "brownout-snapshot/1", state: saveObject(simulation, new Set()) };
}

/** Puts a saved state into a world that was built from the same scenario (the same one, or a second one: a fork). */
export function restore(simulation: Simulation, snapshot: Snapshot): void {
  restoreObject(simulation, snapshot.state as Record<string, Saved>, new Set());
}

function saveObject(object: object, seen: Set<object>): Saved {
  seen.add(object);
  const saved: Record<string, Saved> = {};
  for (const [key, value] of Object.entries(object)) saved[key] = saveValue(value, key, seen);
  return saved;
}

function saveValue(value: unknown, key: string, seen: Set<object>): Saved {
  if (typeof value === "function") return ELSEWHERE;
  if (typeof value !== "object" || value === null) return value;
  if (isTypedArray(value)) return value.slice();
  if (isWiring(value, key) || seen.has(value)) return ELSEWHERE;
  if (Array.isArray(value)) return value.map((item) => saveValue(item, key, seen));
  if (value instanceof Map) return new Map([...value].map(([at, item]) => [at, saveValue(item, "", seen)]));
  if (value instanceof Set) return new Set(value);
  return saveObject(value, seen);
}

function restoreObject(object: object, saved: Record<string, Saved>, seen: Set<object>): void {
  seen.add(object);
  const live = object as Record<string, unknown>;
  for (const [key, value] of Object.entries(saved)) {
    if (value === ELSEWHERE) continue;
    if (Object.getOwnPropertyDescriptor(live, key)?.writable === false) continue;
    live[key] = restoreValue(live[key], value, seen);
  }
}

function restoreValue(live: unknown, saved: Saved, seen: Set<object>): unknown {
  if (saved === ELSEWHERE) return live;
  if (typeof saved !== "object" || saved === null) return saved;
  if (isTypedArray(saved)) return restoreTyped(live, saved);
  if (Array.isArray(saved)) return restoreArray(Array.isArray(live) ? live : [], saved, seen);
  if (saved instanceof Map) return restoreMap(live instanceof Map ? live : new Map(), saved, seen);
  if (saved instanceof Set) return refilled(live instanceof Set ? live : new Set(), saved);
  const target = typeof live === "object" && live !== null ? live : {};
  restoreObject(target, saved as Record<string, Saved>, seen);
  return target;
}

function restoreTyped(live: unknown, saved: TypedArray): TypedArray {
  if (!isTypedArray(live) || live.length !== saved.length) return saved.slice();
  live.set(saved);
  return live;
}

function restoreArray(live: unknown[], saved: readonly Saved[], seen: Set<object>): unknown[] {
  const before = [...live];
  live.length = 0;
  for (const [at, item] of saved.entries()) live.push(restoreValue(before[at], item, seen));
  return live;
}

function restoreMap(live: Map<unknown, unknown>, saved: Map<unknown, Saved>, seen: Set<object>): Map<unknown, unknown> {
  const before = new Map(live);
  live.clear();
  for (const [at, item] of saved) live.set(at, restoreValue(before.get(at), item, seen));
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

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
