import type { ConnectionId } from "../connection/connections.ts";
import { NOBODY } from "./connection-columns.ts";

/** Where each connection stands in its list, or NOBODY; a connection is in one list at most. */
export interface Places {
  place: Int32Array;
}

/** Connections in no particular order; adding, finding and removing one costs the same however many there are. */
export class ConnectionList {
  length = 0;
  private rows = new Int32Array(16);
  private readonly places: Places;

  constructor(places: Places) {
    this.places = places;
  }

  at(place: number): ConnectionId {
    return this.rows[place]!;
  }

  add(connection: ConnectionId): void {
    if (this.length === this.rows.length) this.grow();
    this.places.place[connection] = this.length;
    this.rows[this.length++] = connection;
  }

  /** Takes one out; the last one moves into its place. */
  remove(connection: ConnectionId): void {
    const { place } = this.places;
    const last = this.rows[--this.length]!;
    const at = place[connection]!;
    this.rows[at] = last;
    place[last] = at;
    place[connection] = NOBODY;
  }

  private grow(): void {
    const larger = new Int32Array(this.rows.length * 2);
    larger.set(this.rows);
    this.rows = larger;
  }
}
