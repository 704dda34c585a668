import type { Kind } from "../../models/kind.ts";
import { show } from "../../models/unit.ts";
import { nearest, oneOf } from "../check/suggestion.ts";
import { isRecord, recordOf } from "./data.ts";
import { type Checked, flawsOfIssues } from "./issue.ts";
import type { Flaw, Path } from "./problem.ts";
import type { Part } from "./scenario.ts";
import { file as fileSchema, KIND } from "./schema.ts";

const MOST = 1000;

/** Judges the options of each component by its kind; the flaws of one do not hide those of another. */
export function readComponents(kinds: readonly Kind[], file: Checked): { parts: Map<string, Part>; flaws: Flaw[] } {
  const parts = new Map<string, Part>();
  const flaws: Flaw[] = [];
  const components = Object.entries(recordOf(recordOf(file.data).components));
  if (components.length > MOST) {
    flaws.push({
      path: ["components"],
      atKey: true,
      wrong: `${components.length} components`,
      right: `at most ${MOST}`,
    });
  }
  for (const [name, data] of components.slice(0, MOST)) {
    const path: Path = ["components", name];
    const reserved = Object.hasOwn(fileSchema.shape, name);
    if (reserved)
      flaws.push({ path, atKey: true, wrong: `${show(name)} has a meaning of its own`, right: "another name" });
    const kind = kindOf(data, path, kinds);
    if ("wrong" in kind) {
      flaws.push(kind);
      continue;
    }
    const { [KIND]: _, ...options } = data as Record<string, unknown>;
    const result = kind.options.safeParse(options, { reportInput: true });
    if (result.success) parts.set(name, { kind, options: result.data });
    else flaws.push(...flawsOfIssues(result.error.issues, path, file));
  }
  return { parts, flaws };
}

function kindOf(data: unknown, path: Path, kinds: readonly Kind[]): Kind | Flaw {
  const names = kinds.map(({ kind }) => kind);
  if (!isRecord(data))
    return { path, wrong: `${show(data)} is not a component`, right: `a map with "kind", ${oneOf(names)}` };
  const name = data[KIND];
  const kind = kinds.find((each) => each.kind === name);
  if (kind !== undefined) return kind;
  if (name === undefined) return { path: [...path, KIND], wrong: '"kind" is missing', right: oneOf(names) };
  return { path: [...path, KIND], wrong: `unknown kind ${show(name)}`, right: nearest(String(name), names) };
}
