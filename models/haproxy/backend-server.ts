import { WaitingLine } from "../../sim/waiting-line.ts";
import type { Candidate } from "./balance.ts";
import type { ServerAddress } from "./haproxy-group.ts";

/** A server as one HAProxy process sees it: the slots in use, who waits for one, and what its checks have shown. */
export class BackendServer implements Candidate {
  readonly address: ServerAddress;
  /** Streams that wait for this server and no other. */
  readonly queue = new WaitingLine();
  served = 0;
  /** Whether its name stood for this address when the process started. */
  isNamed = true;
  /** From 0 to rise + fall - 1; from rise on it is up. */
  private health: number;

  constructor(address: ServerAddress) {
    this.address = address;
    this.health = this.best;
  }

  get weight(): number {
    return this.address.options.weight;
  }

  get isUp(): boolean {
    return this.isNamed && this.health >= this.address.options.rise;
  }

  get isFull(): boolean {
    const { maxconn } = this.address.options;
    return maxconn > 0 && (this.queue.length > 0 || this.served >= maxconn);
  }

  get isFullWithQueue(): boolean {
    const { maxconn, maxqueue } = this.address.options;
    return maxconn > 0 && this.served + this.queue.length >= maxconn + maxqueue;
  }

  /** Whether a stream that waits can have a slot. */
  get hasSlot(): boolean {
    const { maxconn } = this.address.options;
    return maxconn === 0 || this.served < maxconn;
  }

  /** A check has ended; returns whether that changes what the server is. */
  checked(success: boolean): boolean {
    const before = this.isUp;
    const { rise } = this.address.options;
    if (!success) this.health = before && this.health > rise ? this.health - 1 : 0;
    else if (this.health + 1 >= rise) this.health = this.best;
    else this.health++;
    return this.isUp !== before;
  }

  /** The process starts: the server counts as up, but the first check that fails is enough to change that. */
  reset(isNamed: boolean): void {
    this.served = 0;
    this.isNamed = isNamed;
    this.health = this.address.options.rise;
    while (this.queue.length > 0) this.queue.leave();
  }

  /** The process has been running since long ago, and all was well. */
  restSinceLongAgo(): void {
    this.health = this.best;
  }

  private get best(): number {
    const { rise, fall } = this.address.options;
    return rise + fall - 1;
  }
}
