import { Ring } from "./ring.ts";

/** Last come, first served: under overload most are served at once, and the others hardly ever. */
export class Lifo extends Ring {
  leave(): number {
    return this.length > 0 ? this.takeNewest() : -1;
  }
}
