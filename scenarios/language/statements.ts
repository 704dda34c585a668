import { Mistake, readDuration, show } from "../../models/unit.ts";
import type { Micros } from "../../sim/time.ts";
import type { Check, Operand } from "../check/expression.ts";
import { parseCheck, parseCondition } from "../check/parse.ts";
import type { Offers } from "../check/readings.ts";
import { senseOf, senseOfCondition } from "../check/sense.ts";
import { nearest } from "../check/suggestion.ts";
import { TextMistake } from "../check/token.ts";
import { isRecord, listOf, recordOf } from "./data.ts";
import type { Flaw, Path } from "./problem.ts";
import { flawsOfReported } from "./reported.ts";
import type { Scenario } from "./scenario.ts";

/** What every world has besides its components and their replicas. */
const ALWAYS_THERE = ["nodes", "network", "dns"];

/** As many checks and entries as the schema allows. */
const MOST = 1000;

/** Checks and conditions about parts or times that the file does not have. Those that cannot be read are left out. */
export function flawsOfStatements(data: unknown): Flaw[] {
  const { checks, timeline, components, duration } = recordOf(data);
  const names = Object.keys(recordOf(components));
  const end = readDuration(duration);
  const ofChecks = listOf(checks)
    .slice(0, MOST)
    .flatMap((entry, at) => {
      const path: Path = isRecord(entry) ? ["checks", at, "check"] : ["checks", at];
      const text = isRecord(entry) ? entry.check : entry;
      const check = typeof text === "string" ? parseCheck(text) : undefined;
      if (check === undefined || check instanceof TextMistake) return [];
      return [
        ...unknownComponent(check.operand, names, path),
        ...(end instanceof Mistake ? [] : flawsOfWindow(check, end, path)),
      ];
    });
  const ofConditions = listOf(timeline)
    .slice(0, MOST)
    .flatMap((entry, at) => {
      const { when } = recordOf(entry);
      const condition = typeof when === "string" ? parseCondition(when) : undefined;
      if (condition === undefined || condition instanceof TextMistake) return [];
      return unknownComponent(condition.operand, names, ["timeline", at, "when"]);
    });
  return [...ofChecks, ...ofConditions];
}

/** Checks and conditions about something that the world of a scenario does not measure. */
export function flawsOfNames({ checks, timeline, reported }: Scenario, data: unknown, offers: Offers): Flaw[] {
  const raw = listOf(recordOf(data).checks);
  return [
    ...checks.flatMap(({ check }, at) =>
      flawOf(senseOf(check, offers), isRecord(raw[at]) ? ["checks", at, "check"] : ["checks", at]),
    ),
    ...flawsOfReported(reported, offers),
    ...timeline.flatMap(({ when }, at) =>
      when === undefined ? [] : flawOf(senseOfCondition(when, offers), ["timeline", at, "when"]),
    ),
  ];
}

function flawOf(sense: unknown, path: Path): Flaw[] {
  return sense instanceof TextMistake ? [{ path, wrong: sense.wrong, right: sense.right, offset: sense.at }] : [];
}

function unknownComponent({ component }: Operand, names: readonly string[], path: Path): Flaw[] {
  if (component === undefined || ALWAYS_THERE.includes(component.text)) return [];
  const known = names.some((name) => component.text === name || component.text.startsWith(`${name}-`));
  if (known) return [];
  return [
    {
      path,
      wrong: `there is no component ${show(component.text)}`,
      right: nearest(component.text, names),
      offset: component.at,
    },
  ];
}

function flawsOfWindow(check: Check, end: Micros, path: Path): Flaw[] {
  if (check.form === "recovery" && check.since >= end) {
    return [{ path, wrong: "this begins after the end of the run", right: "a time within the run" }];
  }
  if (check.form !== "state" || check.during.sort === "run") return [];
  const { from, until } = check.during;
  const late = from >= end || (until > end && until < Number.POSITIVE_INFINITY);
  return late
    ? [{ path, wrong: "the window reaches beyond the end of the run", right: "a window within the run" }]
    : [];
}
