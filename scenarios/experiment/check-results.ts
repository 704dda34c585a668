import type { Component } from "../../sim/component.ts";
import { evaluate } from "../check/evaluate.ts";
import { TextMistake } from "../check/token.ts";
import { acceptedOf } from "../language/reported.ts";
import type { ScenarioWorld } from "./build-world.ts";
import { NODES, readingsOf } from "./measurements.ts";
import type { CheckResult, ReportedResult } from "./result.ts";
import type { Run } from "./run.ts";

/** Judges the checks of a scenario by what its run left behind. */
export function checkResultsOf({ scenario, world }: Run): CheckResult[] {
  const readings = readingsOf(world);
  return scenario.checks.map(({ text, check }) => {
    const finding = evaluate(check, readings);
    if (finding instanceof TextMistake) throw new Error(`${text}: ${finding.wrong}`);
    const { holds, measured, limit, unit, firstBroken = null, vacuous, censored } = finding;
    const because = firstBroken === null ? null : reasonAt(world, check.operand.component?.text ?? "", firstBroken);
    return { check: text, holds, measured: finite(measured), limit, unit, firstBroken, vacuous, censored, because };
  });
}

/** What a run gives for the figures that were reported of the real thing. */
export function reportedResultsOf({ scenario, world }: Run): ReportedResult[] {
  if (scenario.reported.length === 0) return [];
  const readings = readingsOf(world);
  return scenario.reported.map((figure) => {
    const { text } = figure.measure;
    const accepted = acceptedOf(figure, readings.offers);
    if ("mistake" in accepted) throw new Error(`${text}: ${accepted.mistake.wrong}`);
    const { sense, is, low, high } = accepted;
    const { unit, size } = sense.scale;
    const measured = (sense.valueIn(readings) ?? Number.NaN) / size;
    const inUnit = { is: is === undefined ? null : is / size, low: low / size, high: high / size };
    return { measure: text, measured: finite(measured), unit, ...inUnit };
  });
}

/** The latest condition of a component, or of a part of it, that held about an instant. */
function reasonAt({ sim }: ScenarioWorld, component: string, at: number): number | null {
  const prefixes = component === NODES ? ["node "] : [`${component}-`, `${component}/`];
  const isOf = ({ path }: Component) => path === component || prefixes.some((prefix) => path.startsWith(prefix));
  const held = sim.journal.entries.filter(
    (entry) =>
      entry.sort === "condition" &&
      isOf(sim.components[entry.component]!) &&
      entry.at <= at + sim.record.binWidth &&
      (entry.until ?? at) >= at,
  );
  return held[held.length - 1]?.id ?? null;
}

function finite(measured: number): number | null {
  return Number.isFinite(measured) ? measured : null;
}
