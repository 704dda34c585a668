import type { CallClass } from "../../models/load/class-options.ts";
import { show } from "../../models/unit.ts";
import { nearest } from "../check/suggestion.ts";
import { circlesOf } from "./circle.ts";
import type { Flaw, Path } from "./problem.ts";
import type { Part } from "./scenario.ts";

/** A step of a class that makes a call of another. */
interface Call {
  readonly from: string;
  readonly to: string;
  readonly path: Path;
}

/** Steps that call classes which nobody declares, and classes that call each other in a circle and so without end. */
export function flawsOfCalls(parts: ReadonlyMap<string, Part>): Flaw[] {
  const declared = [...parts].flatMap(([name, { kind, options }]) =>
    (kind.classes?.(options) ?? []).map((one, at) => ({ one, path: ["components", name, "classes", at] as Path })),
  );
  const names = [...new Set(declared.map(({ one }) => one.name))];
  const calls = declared.flatMap(({ one, path }) => callsOf(one, path));
  const unknown = calls
    .filter(({ to }) => !names.includes(to))
    .map(({ to, path }) => ({ path, wrong: `there is no class ${show(to)}`, right: nearest(to, names) }));
  const circles = circlesOf(calls).map(({ names: way, closing }) => ({
    path: closing.path,
    wrong: `${way.join(" -> ")} is a circle: such a call would never end`,
    right: "classes that call each other in one direction",
  }));
  return [...unknown, ...circles];
}

function callsOf({ name, steps }: CallClass, path: Path): Call[] {
  return steps.flatMap((step, at): Call[] => {
    const way: Path = [...path, "steps", at];
    if ("call" in step) return [{ from: name, to: step.call, path: [...way, "call"] }];
    return "send" in step ? [{ from: name, to: step.send, path: [...way, "send"] }] : [];
  });
}
