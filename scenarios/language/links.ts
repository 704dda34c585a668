import type { Role } from "../../models/kind.ts";
import { show } from "../../models/unit.ts";
import { nearest } from "../check/suggestion.ts";
import { circlesOf } from "./circle.ts";
import { isRecord, listOf, recordOf } from "./data.ts";
import type { Flaw, Path } from "./problem.ts";
import type { Part } from "./scenario.ts";

/** Names that stand for something else in the file: components, zones, node groups. Works on half-valid files. */
export function flawsOfLinks(data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  return [...referencesIn(data, parts), ...zonesIn(data, parts), ...nodeGroupsIn(data, parts), ...sharesIn(data)];
}

/** As many groups of nodes as the schema allows. */
const MOST_NODES = 1000;

interface Reference {
  readonly from: string;
  readonly to: string;
  readonly path: Path;
}

function referencesIn(data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  const components = recordOf(recordOf(data).components);
  const flaws: Flaw[] = [];
  const links: Reference[] = [];
  for (const [from, { kind, options }] of parts) {
    for (const { at, path: to, needs, mutual } of kind.references(options)) {
      const path: Path = ["components", from, ...at];
      if (!mutual) links.push({ from, to, path });
      const wrong = Object.hasOwn(components, to)
        ? withoutRole(to, parts.get(to), needs)
        : `there is no component ${show(to)}`;
      if (wrong === undefined) continue;
      const fitting = Object.keys(components).filter((name) => !parts.has(name) || serves(parts.get(name)!, needs));
      flaws.push({
        path,
        wrong,
        right: fitting.length > 0 ? nearest(to, fitting) : `what serves ${needs.join(" or ")}`,
      });
    }
  }
  const circles = circlesOf(links).map(({ names, closing }) => {
    return {
      path: closing.path,
      wrong: `${names.join(" -> ")} is a circle`,
      right: "components that ask each other in one direction",
    };
  });
  return [...flaws, ...circles];
}

/** A part that is not valid itself is judged when it is. */
function withoutRole(name: string, part: Part | undefined, needs: readonly Role[]): string | undefined {
  if (part === undefined || serves(part, needs)) return undefined;
  return `${show(name)} is a ${part.kind.kind}, which serves no ${needs.join(" or ")} here`;
}

function serves({ kind, options }: Part, needs: readonly Role[]): boolean {
  return (kind.serves?.(options) ?? []).some((role) => needs.includes(role));
}

function zonesIn(data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  const zones = listOf(recordOf(data).zones).map(String);
  const unknown = (zone: unknown, path: Path, atKey: boolean): Flaw[] => {
    if (typeof zone !== "string" || zones.includes(zone)) return [];
    const right = zones.length > 0 ? nearest(zone, zones) : `"zones: [${zone}]" at the top of the file`;
    return [{ path, atKey, wrong: `there is no zone ${show(zone)}`, right }];
  };
  const ofNodes = listOf(recordOf(data).nodes)
    .slice(0, MOST_NODES)
    .flatMap((node, at) => unknown(recordOf(node).zone, ["nodes", at, "zone"], false));
  const ofParts = [...parts].flatMap(([name, { options }]) => {
    const shares = recordOf(options).zones;
    if (!isRecord(shares)) return [];
    return Object.keys(shares).flatMap((zone) => unknown(zone, ["components", name, "zones", zone], true));
  });
  return [...ofNodes, ...ofParts];
}

/** Every kind that runs as pods names its node groups under `nodes`. */
function nodeGroupsIn(data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  const groups = groupsOf(data);
  return [...parts].flatMap(([name, { options }]) =>
    listOf(recordOf(options).nodes).flatMap((group, at): Flaw[] => {
      if (typeof group !== "string" || groups.includes(group)) return [];
      const path: Path = ["components", name, "nodes", at];
      return [{ path, wrong: `there is no node group ${show(group)}`, right: nearest(group, groups) }];
    }),
  );
}

export function groupsOf(data: unknown): string[] {
  const groups = listOf(recordOf(data).nodes).map((node) => recordOf(node).group);
  return [...new Set(groups.filter((group) => typeof group === "string"))];
}

/** Shares that are all written in percent mean parts of a whole, and must make one. */
function sharesIn(data: unknown): Flaw[] {
  return Object.entries(recordOf(recordOf(data).components)).flatMap(([name, component]) => {
    const path: Path = ["components", name];
    const { classes, to, zones } = recordOf(component);
    const ofClasses = listOf(classes).map((each) => recordOf(each).share);
    return [
      ...unlessWhole(ofClasses, [...path, "classes"]),
      ...unlessWhole(Object.values(recordOf(to)), [...path, "to"]),
      ...unlessWhole(Object.values(recordOf(zones)), [...path, "zones"]),
    ];
  });
}

const PERCENT = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/;

function unlessWhole(shares: readonly unknown[], path: Path): Flaw[] {
  const percents = shares.map((share) => (typeof share === "string" ? PERCENT.exec(share)?.[1] : undefined));
  if (percents.length === 0 || percents.includes(undefined)) return [];
  const sum = percents.reduce((total, percent) => total + Number(percent), 0);
  if (Math.abs(sum - 100) < 1e-6) return [];
  return [{ path, atKey: true, wrong: `the shares add up to ${Number(sum.toFixed(4))}%`, right: "100% in all" }];
}
