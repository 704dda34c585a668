import type { RequestId } from "../../sim/requests.ts";
import type { Key } from "./catalogue.ts";

const NOBODY: RequestId = -1;

/** Who fetches what at the moment, and who waits for the same. */
export class Fetches {
  /** By key: the call that fetches it, and the call that came last to wait for it. */
  private readonly leader: Int32Array;
  private readonly last: Int32Array;
  /** By request: who waits for the same and came before. */
  private before = new Int32Array(0);

  constructor(keys: number) {
    this.leader = new Int32Array(keys).fill(NOBODY);
    this.last = new Int32Array(keys).fill(NOBODY);
  }

  /** True if the call fetches it; otherwise it waits for the one that does. */
  begin(key: Key, request: RequestId): boolean {
    if (this.leader[key] === NOBODY) {
      this.leader[key] = request;
      return true;
    }
    if (request >= this.before.length) this.grow(2 * request);
    this.before[request] = this.last[key]!;
    this.last[key] = request;
    return false;
  }

  /** The fetch is over; returns those who waited for it, in the order they came. */
  end(key: Key): RequestId[] {
    const followers: RequestId[] = [];
    for (let one = this.last[key]!; one !== NOBODY; one = this.before[one]!) followers.push(one);
    this.leader[key] = NOBODY;
    this.last[key] = NOBODY;
    return followers.reverse();
  }

  private grow(to: number): void {
    const longer = new Int32Array(Math.max(256, to));
    longer.set(this.before);
    this.before = longer;
  }
}
