import type { JournalId } from "../../sim/record/journal.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import type { Container } from "./container.ts";

/** Which target of a load balancer each session goes through, for cutting those of one that has turned unhealthy. */
export class EstablishedFlows {
  private readonly connections: Connections;
  /** By connection: the slot it was given to, and when that connection was opened, since rows are used again. */
  private slot = new Int32Array(0);
  private openedAt = new Float64Array(0);

  constructor(connections: Connections) {
    this.connections = connections;
  }

  note(connection: ConnectionId, slot: number): void {
    if (connection >= this.slot.length) this.grow(connection + 1);
    this.slot[connection] = slot;
    this.openedAt[connection] = this.connections.openedAt[connection]!;
  }

  /** Ends every session that was given to this slot and still stands. */
  cut(slot: number, container: Pick<Container, "id" | "cut">, because: JournalId): void {
    const { server, openedAt } = this.connections;
    for (let connection = 0; connection < this.slot.length; connection++) {
      const isHere = this.slot[connection] === slot && this.openedAt[connection] === openedAt[connection];
      if (isHere && server[connection] === container.id) container.cut?.(connection, because);
    }
  }

  private grow(needed: number): void {
    const length = Math.max(256, needed * 2);
    const slot = new Int32Array(length).fill(-1);
    slot.set(this.slot);
    const openedAt = new Float64Array(length);
    openedAt.set(this.openedAt);
    this.slot = slot;
    this.openedAt = openedAt;
  }
}
