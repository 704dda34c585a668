import type { Fact } from "../../../scenarios/experiment/story.ts";
import type { Header } from "../../../scenarios/recording/header.ts";
import { hashOf } from "../route.ts";
import { raisedLimit } from "./raised-limit.ts";

/** A second run that differs in one thing, to be compared with this one. */
export interface Try {
  readonly href: string;
  /** The variant, or "path=value". */
  readonly change: string;
  /** What the variant is, in the words of the file; missing for a limit that is raised. */
  readonly about?: string;
}

/** Which run the other one is compared with, as the hash says it. */
interface Base {
  readonly of: string;
  readonly view: Readonly<Record<string, string>>;
}

/**
 * What might have helped: each limit that the chain of causes names, doubled, and every variant that the scenario has.
 * The same seed and replication, so that the same people come.
 */
export function triesOf(
  chain: readonly Fact[],
  header: Header,
  variants: readonly { readonly name: string; readonly about: string }[],
  base: Base,
): Try[] {
  const raised = [...new Set(chain.flatMap((fact) => raisedLimit(fact, header) ?? []))];
  const { variant = "", set = "" } = base.view;
  const changed = (change: string) => (set === "" ? change : `${set}\n${change}`);
  return [
    ...raised.map((change) => ({ change, href: linkTo(base, { b: variant, setb: changed(change) }) })),
    ...variants
      .filter(({ name }) => name !== variant)
      .map(({ name, about }) => ({ change: name, about, href: linkTo(base, { b: name, setb: set }) })),
  ];
}

/** The two sides are `a` with `seta` and `b` with `setb`; all else is the same for both. */
function linkTo({ of, view }: Base, other: Readonly<Record<string, string>>): string {
  const { variant: a = "", set: seta = "", seed = "", replication = "", s = "" } = view;
  const all = Object.entries({ a, seta, ...other, seed, replication, s }).filter(([, value]) => value !== "");
  return hashOf({ page: "compare", of, view: Object.fromEntries(all) });
}
