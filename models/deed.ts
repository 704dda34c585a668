import type { JournalId } from "../sim/record/journal.ts";
import type { Micros } from "../sim/time.ts";
import type { NodeId } from "./world.ts";

/** Something that operators, the load or bad luck do to a component while the run goes on. */
export type Deed =
  | { readonly do: "scale"; readonly to: number }
  /** Replaces its pods by those of another revision. */
  | { readonly do: "rollout" }
  /** Changes a live parameter at once. */
  | { readonly do: "set"; readonly parameter: string; readonly to: number }
  /** Changes a live parameter along a straight line that takes `over`. */
  | { readonly do: "ramp"; readonly parameter: string; readonly to: number; readonly over: Micros }
  | { readonly do: "kill"; readonly count: number }
  | { readonly do: "restart"; readonly count: number }
  /** Its process ends at once and stays down until it is told to start. */
  | { readonly do: "stop" }
  | { readonly do: "start" }
  | { readonly do: "drain"; readonly node: NodeId }
  /** It works at this share of its normal speed from now on: 1 is normal, 0 is cut off. */
  | { readonly do: "pace"; readonly share: number };

/** Carries out a deed whose journal entry is `because`. */
export type Act = (deed: Deed, because: JournalId) => void;

/** A deed that this component does not understand; the scenario language refuses it before a run begins. */
export function notUnderstood(path: string, deed: Deed): never {
  throw new Error(`${path} cannot be told to "${deed.do}"`);
}
