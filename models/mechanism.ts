/**
 * What a component does by itself that can keep an outage going when what began it is over, and how to stop it while a
 * run goes on.
 */
export interface Mechanism {
  /** As people call it: "client retries", "readiness gate on noti-db". */
  readonly name: string;
  /** What it does, after the name of the component: "people who fail ask again". */
  readonly does: string;
  /** Paths of other components that it puts load on. Default: none, it acts on its own. */
  readonly actsOn?: readonly string[];
  /** The facts of the journal by which it shows, wherever they stand. Default: it does not show there. */
  readonly shows?: readonly string[];
  /** The live parameter that stops it, in the unit of the parameter. */
  readonly off: Switch;
}

/** A live parameter, the value that switches something off, and the one that it has otherwise. */
export interface Switch {
  readonly parameter: string;
  readonly to: number;
  readonly otherwise: number;
}
