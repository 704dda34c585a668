import { Digest } from "../../sim/record/digest.ts";

/** A fingerprint of plain data with maps, sets and circles in it, such as a snapshot. */
export function fingerprintOf(value: unknown): string {
  const digest = new Digest();
  add(value, digest, new Map());
  return digest.hex;
}

/** @param seen by object: how many others came before. */
function add(value: unknown, digest: Digest, seen: Map<object, number>): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    digest.add(value);
    return;
  }
  const before = seen.get(value);
  if (before !== undefined) {
    digest.add("again").add(before);
    return;
  }
  seen.set(value, seen.size);
  if (value instanceof Set) digest.add([...value]);
  else {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    digest.add(entries.length);
    for (const [key, item] of entries) {
      digest.add(key);
      add(item, digest, seen);
    }
  }
}
