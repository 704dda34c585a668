import type { Component } from "../../sim/component.ts";
import { type Figures, type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { SECOND } from "../../sim/time.ts";
import { type Connections, STATES } from "../connection/connections.ts";

/** A limit that is touched again within this time has not been left. */
const CALM = 5 * SECOND;

/** max_connections of a server, and who holds the connections when it is reached. */
export class ConnectionLimit {
  max: number;
  /** The latest action under which somebody logged in. */
  latestOrigin: JournalId = NONE;
  private readonly server: Component;
  private readonly sim: Simulation;
  private readonly connections: Connections;
  private readonly full: LingeringCondition;

  constructor(server: Component, sim: Simulation, connections: Connections, max: number) {
    this.server = server;
    this.sim = sim;
    this.connections = connections;
    this.max = max;
    this.full = new LingeringCondition(server, sim, "connection-limit-reached", CALM);
  }

  /** So many connections are held, as many as there may be; returns the journal entry that says so. */
  reach(held: number): JournalId {
    const isNew = this.full.current === NONE;
    const causes = isNew ? originsOf(this.ledger(), this.sim.components, this.latestOrigin) : [];
    return this.full.renew(causes, () => this.figures(held));
  }

  private ledger(): Int32Array {
    return this.connections.ledgerOf(this.server.id);
  }

  /** Who holds the connections at this instant, by what they do with them. */
  private figures(held: number): Figures {
    const figures: Record<string, number> = { connections: held, max_connections: this.max };
    const ledger = this.ledger();
    for (const [state, name] of STATES.entries()) {
      let sum = 0;
      for (let cell = state; cell < ledger.length; cell += STATES.length) sum += ledger[cell]!;
      figures[name] = sum;
    }
    return figures;
  }
}

/** The actions that holders of connections exist under, most connections first; `latest` for those from the start. */
function originsOf(ledger: Int32Array, components: readonly Component[], latest: JournalId): JournalId[] {
  const held = new Map<JournalId, number>([[latest, 0]]);
  for (let cell = 0; cell < ledger.length; cell++) {
    const count = ledger[cell]!;
    if (count === 0) continue;
    const { origin } = components[Math.floor(cell / STATES.length)]!;
    const action = origin === NONE ? latest : origin;
    held.set(action, (held.get(action) ?? 0) + count);
  }
  return [...held].sort(([, a], [, b]) => b - a).map(([action]) => action);
}
