import { isRecord } from "../../../scenarios/language/data.ts";
import { pathInWords } from "../../../scenarios/language/problem.ts";
import { treeOf } from "./place.ts";

/**
 * What one text says otherwise than another, as changes for the command line: "noti-db.max_connections=80".
 * Undefined where no such changes do it: something is missing, or one of the two is no YAML.
 */
export function overridesBetween(before: string, after: string): string[] | undefined {
  const [old, fresh] = [treeOf(before)?.toData(), treeOf(after)?.toData()];
  if (!isRecord(old) || !isRecord(fresh)) return undefined;
  const found: string[] = [];
  return differ(old, fresh, [], found) ? found : undefined;
}

function differ(old: unknown, fresh: unknown, path: readonly (string | number)[], found: string[]): boolean {
  if (JSON.stringify(old) === JSON.stringify(fresh)) return true;
  if (fresh === undefined) return false;
  if (isRecord(old) && isRecord(fresh)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
    return keys.every((key) => differ(old[key], fresh[key], [...path, key], found));
  }
  if (Array.isArray(old) && Array.isArray(fresh) && old.length === fresh.length)
    return old.every((each, at) => differ(each, fresh[at], [...path, at], found));
  // A dot in a key cannot be told from one between keys.
  if (path.length === 0 || path.some((each) => /[.=*]/.test(String(each)))) return false;
  found.push(
    `${pathInWords(path)}=${typeof fresh === "string" && /^[A-Za-z][\w-]*$/.test(fresh) ? fresh : JSON.stringify(fresh)}`,
  );
  return true;
}
