import type { Mechanism } from "../../models/mechanism.ts";
import { NODE_LIVE, nodeMechanisms } from "../../models/network/kind.ts";
import type { Micros } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";

/** A mechanism and whose it is: the path of a component, or the name of a node group. */
export interface OwnedMechanism extends Mechanism {
  readonly of: string;
}

/** Everything that components and nodes of a scenario do by themselves that can keep an outage going. */
export function mechanismsOf({ components, nodes }: Scenario): OwnedMechanism[] {
  const ofComponents = [...components].flatMap(([of, { kind, options }]) =>
    (kind.mechanisms?.(options) ?? []).map((mechanism) => ({ of, ...mechanism })),
  );
  const groups = [...new Set(nodes.map(({ group }) => group))].filter((group) => !components.has(group));
  const ofNodes = groups.flatMap((of) => {
    const [first] = nodes.filter(({ group }) => group === of).flatMap(nodeMechanisms);
    return first === undefined ? [] : [{ of, ...first }];
  });
  return [...ofComponents, ...ofNodes];
}

/** "client retries of load-test". */
export function labelOf({ of, name }: OwnedMechanism): string {
  return `${name} of ${of}`;
}

/** A change that has a live parameter set at an instant. */
export function setAt(at: Micros, of: string, parameter: string, to: number): string {
  const value = NODE_LIVE.includes(parameter) ? `${to}us` : to;
  return `timeline.+={ at: ${at}us, do: set, target: ${of}.${parameter}, to: ${value} }`;
}

/** A change that stops a mechanism at an instant. */
export function stopAt(at: Micros, { of, off }: OwnedMechanism): string {
  return setAt(at, of, off.parameter, off.to);
}

/** A change that lets a stopped mechanism work again. */
export function resumeAt(at: Micros, { of, off }: OwnedMechanism): string {
  return setAt(at, of, off.parameter, off.otherwise);
}
