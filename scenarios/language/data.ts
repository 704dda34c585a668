/** A map of a file, of which nothing is known yet. */
export type Data = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a map; an empty one if it is something else, which has been reported elsewhere. */
export function recordOf(value: unknown): Data {
  return isRecord(value) ? value : {};
}

/** The value as a list; an empty one if it is something else, which has been reported elsewhere. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
