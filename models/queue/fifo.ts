import { Ring } from "./ring.ts";

/** First come, first served. */
export class Fifo extends Ring {
  leave(): number {
    return this.length > 0 ? this.takeOldest() : -1;
  }
}
