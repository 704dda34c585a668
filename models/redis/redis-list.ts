import type { Gauge } from "../../sim/record/gauge.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { World } from "../world.ts";

/** Whoever keeps messages in a list. */
export interface ListOwner {
  /** The server that held a message has lost its memory, and the message with it. */
  vanished(message: number): void;
}

/** A list that a server holds in memory, such as the queue of a broker: LPUSH puts in, BRPOP takes the oldest out. */
export class RedisList {
  private readonly messages = new WaitingLine();
  private readonly llen: Gauge;
  private readonly memory: Gauge;
  private readonly maxmemory: number;
  private readonly owner: ListOwner;
  /** Bytes of one message: all of a list are alike. */
  private readonly bytes: number;

  constructor(world: World, path: string, memory: Gauge, maxmemory: number, bytes: number, owner: ListOwner) {
    this.llen = world.sim.record.gauge(path, "llen", "messages");
    this.memory = memory;
    this.maxmemory = maxmemory;
    this.owner = owner;
    this.bytes = bytes;
  }

  get length(): number {
    return this.messages.length;
  }

  /** Whether the server has memory for one more message. */
  get hasRoom(): boolean {
    return this.memory.value + this.bytes <= this.maxmemory;
  }

  push(message: number): void {
    this.messages.join(message);
    this.llen.add(1);
    this.memory.add(this.bytes);
  }

  /** Takes the oldest message out. */
  pop(): number {
    this.llen.add(-1);
    this.memory.add(-this.bytes);
    return this.messages.leave();
  }

  /** All of it is lost. */
  clear(): void {
    while (this.messages.length > 0) this.owner.vanished(this.pop());
  }
}
