import { MINUTE, type Micros } from "../../sim/time.ts";

/** What a burstable machine may use of its processors in the long run, and how far it may run ahead. */
export interface CreditOptions {
  /** What it may go on using when its credits have run out, in cores. */
  readonly baseline: number;
  /** Credits per minute, and so cores that it may use for good. */
  readonly earned: number;
  /** The most credits that it can have. */
  readonly max: number;
  readonly initial: number;
  /** Whether it may run at full speed without credits, on surplus credits that are billed in the end. */
  readonly isUnlimited: boolean;
}

/**
 * The CPU credits of a burstable EC2 instance: one credit is one core at full use for one minute.
 *
 * It earns credits all the time and spends them on all that it uses, so at its baseline the balance stands still. What
 * is earned beyond `max` is lost. In unlimited mode what is missing is borrowed as surplus credits, which are paid back
 * from what is earned later, and charged above `max`. Source: EC2 User Guide, "Key concepts and definitions for
 * burstable performance instances".
 */
export class CpuCredits {
  /** Credits that it has. In standard mode it may be overdrawn a little, which it earns back first. */
  balance: number;
  /** Credits borrowed and not paid back yet. */
  surplus = 0;
  /** Credits borrowed beyond what could be paid back within a day. */
  charged = 0;
  private readonly options: CreditOptions;

  constructor(options: CreditOptions) {
    this.options = Object.freeze({ ...options });
    this.balance = options.initial;
  }

  /** Whether it has to keep to its baseline. */
  get isExhausted(): boolean {
    return !this.options.isUnlimited && this.balance <= 0;
  }

  /** Settles a stretch of time in which so much processor time was used. */
  settle(elapsed: Micros, used: Micros): void {
    const { earned, max, isUnlimited } = this.options;
    const gained = (earned * elapsed - used) / MINUTE - this.surplus;
    this.surplus = 0;
    this.balance = Math.min(max, this.balance + gained);
    if (this.balance >= 0 || !isUnlimited) return;
    this.surplus = Math.min(max, -this.balance);
    this.charged += -this.balance - this.surplus;
    this.balance = 0;
  }
}
