import type { Deed } from "../../models/deed.ts";
import type { Built } from "../../models/kind.ts";
import { KINDS } from "../../models/kinds.ts";
import { requestClasses } from "../../models/load/class-options.ts";
import type { Load } from "../../models/load/load.ts";
import { loadOptions } from "../../models/load/load-options.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";

/** The options of a component as a file gives them. */
type Part = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** People, a proxy and what is behind it, each built by its kind. */
export interface ProxiedSystem {
  readonly world: TestWorld;
  readonly people: Load;
  /** Runs until a time in seconds. */
  run(seconds: number): void;
  /** Does something to a component, as an operator. */
  act(path: string, deed: Deed): void;
  /** The facts of the chain of main causes, from the failure with this number to where it ends. */
  causes(failure?: number): string[];
}

/** @param people options of the load "people", which asks "proxy" unless it says otherwise. */
export function proxiedSystem(
  people: Readonly<Record<string, unknown>>,
  parts: Readonly<Record<string, Part>>,
  options: TestWorldOptions = {},
): ProxiedSystem {
  const load = loadOptions.parse({ to: "proxy", ...people });
  const world = testWorld({ classes: requestClasses(load), ...options });
  const built = new Map<string, Built>();
  const all: Record<string, Part> = { people: { kind: "load", to: "proxy", ...people }, ...parts };
  for (const [path, { kind: name, ...given }] of Object.entries(all)) {
    const kind = KINDS.find((each) => each.kind === name)!;
    built.set(path, kind.build(world, path, kind.options.parse(given)));
  }
  for (const each of built.values()) each.connect();
  for (const each of built.values()) each.start();
  const component = built.get("people")!.component as Load;
  return {
    world,
    people: component,
    run: (seconds) => world.sim.runUntil(seconds * 1_000_000),
    act: (path, deed) => {
      const target = built.get(path)!;
      target.act!(deed, world.sim.journal.action(target.component.id, deed.do, [], {}));
    },
    causes: (failure = 0) => chainOf(world, component.failures.because[failure]!),
  };
}

function chainOf(world: TestWorld, because: JournalId): string[] {
  const { entries } = world.sim.journal;
  const chain: string[] = [];
  for (let id = because; id !== NONE; id = entries[id]!.because[0] ?? NONE) chain.push(entries[id]!.fact);
  return chain;
}

/** The totals of a record as one text, for comparing two runs. */
export function totalsOf({ sim }: TestWorld): string {
  return JSON.stringify([[...sim.record.counts], sim.requests.opened, sim.requests.closed, sim.journal.entries]);
}
