import { Component } from "../../sim/component.ts";
import type { Micros } from "../../sim/time.ts";
import type { World } from "../world.ts";
import type { Listener } from "./listener.ts";

const ACCEPT = 0;

/** A process that accepts one connection, and does something else for a while, or nothing, before it accepts the next. */
export class AcceptInterval extends Component {
  private readonly listener: Listener;
  private readonly interval: Micros;
  /** From being woken until the interval after the last accept is over. */
  private isUp = false;

  constructor(world: World, listener: Listener, interval: Micros) {
    super(world.sim, `${listener.path}/accept`);
    this.listener = listener;
    this.interval = interval;
  }

  /** The process runs once the kernel is done with what has come at this instant. */
  connectionWaits(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.after(0, ACCEPT);
  }

  override on(_accept: typeof ACCEPT): void {
    this.isUp = this.listener.length > 0;
    if (!this.isUp) return;
    this.after(this.interval, ACCEPT);
    this.listener.accept();
  }
}
