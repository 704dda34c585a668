import type { Flaw } from "./problem.ts";
import type { Part } from "./scenario.ts";

/** What the kinds advise against in options that are valid (warnings). */
export function flawsOfAdvice(parts: ReadonlyMap<string, Part>): Flaw[] {
  return [...parts].flatMap(([name, { kind, options }]) =>
    (kind.advice?.(options) ?? []).map(({ at, wrong, right }): Flaw => {
      return { path: ["components", name, ...at], wrong, right, severity: "warning" };
    }),
  );
}
