import type { RequestId } from "../../sim/requests.ts";
import type { HedgingOptions } from "./guard-options.ts";

/** Copies of a request in all, the first included: what gRPC allows. */
export const MOST_COPIES = 5;
/** Those besides the first. */
const MOST = MOST_COPIES - 1;
const NOBODY: RequestId = -1;

/**
 * The copies of requests that are out besides the first of each caller (hedging).
 *
 * A copy is sent whenever a delay has passed without an answer, and at once when a copy fails; the first good answer
 * counts and the others are given up. Source: grpc/proposal A6-client-retries.md, "Hedging Policy".
 */
export class Hedges {
  readonly options: HedgingOptions;
  /** Copies of a request in all that anybody may send, the first included. */
  private maxAttempts: number;
  /** By caller: copies sent in all, the first included. */
  private sent = new Uint8Array(0);
  /** By caller and copy: the request, or NOBODY. */
  private copies = new Int32Array(0);
  /** By caller: the pending moment of the next copy. */
  timer = new Int32Array(0);

  constructor(options: HedgingOptions) {
    this.options = options;
    this.maxAttempts = options.maxAttempts;
  }

  /** From now on so many copies of a request may be sent in all. */
  allow(copies: number): void {
    this.maxAttempts = Math.max(1, Math.min(MOST_COPIES, copies));
  }

  /** A caller has sent the first. */
  begin(caller: number): void {
    if (caller >= this.sent.length) this.grow(caller);
    this.sent[caller] = 1;
    this.copies.fill(NOBODY, caller * MOST, (caller + 1) * MOST);
  }

  /** Whether the caller may send another. */
  mayCopy(caller: number): boolean {
    return this.sent[caller]! < this.maxAttempts;
  }

  /** The caller has sent another. */
  add(caller: number, request: RequestId): void {
    this.copies[caller * MOST + this.sent[caller]! - 1] = request;
    this.sent[caller]!++;
  }

  /** A copy has come back; false if it was not one of them. */
  remove(caller: number, request: RequestId): boolean {
    const at = this.copies.indexOf(request, caller * MOST);
    if (at < 0 || at >= (caller + 1) * MOST) return false;
    this.copies[at] = NOBODY;
    return true;
  }

  /** Takes one that is still out, or -1. */
  takeOut(caller: number): RequestId {
    for (let at = caller * MOST; at < (caller + 1) * MOST; at++) {
      const request = this.copies[at]!;
      if (request === NOBODY) continue;
      this.copies[at] = NOBODY;
      return request;
    }
    return NOBODY;
  }

  /** Whether any is still out. */
  isOut(caller: number): boolean {
    for (let at = caller * MOST; at < (caller + 1) * MOST; at++) if (this.copies[at] !== NOBODY) return true;
    return false;
  }

  private grow(caller: number): void {
    const length = Math.max(64, 2 * caller);
    const sent = new Uint8Array(length);
    sent.set(this.sent);
    this.sent = sent;
    const copies = new Int32Array(length * MOST).fill(NOBODY);
    copies.set(this.copies);
    this.copies = copies;
    const timer = new Int32Array(length).fill(-1);
    timer.set(this.timer);
    this.timer = timer;
  }
}
