import { type Micros, SECOND } from "../../sim/time.ts";

/** Credits that even a volume without a burst has: what is lost by beginning at whole microseconds is made up for. */
const LEAST = 2;

/** How many requests a volume takes. */
export interface IoLimits {
  /** Per second, for good. */
  readonly iops: number;
  /** Per second, while there are credits. */
  readonly burst: number;
  /** Credits at most, and at the start. */
  readonly credits: number;
}

/**
 * How many requests per second a volume takes: so many for good, and more as long as its credits last.
 *
 * It earns credits at the rate that it takes requests for good and spends one on each request, up to as many as it may
 * have; without credits it waits until it has earned one (EC2 User Guide, "I/O credits and burst performance" of gp2).
 * A volume without a burst has its rate and nothing else.
 */
export class IoCredits {
  private readonly limits: IoLimits;
  private balance: number;
  private earnedAt: Micros = 0;
  /** When the next request may begin at the rate of the burst. */
  private nextAt = 0;
  private now: Micros = 0;

  constructor({ iops, burst, credits }: IoLimits) {
    this.limits = Object.freeze({ iops, burst, credits: Math.max(LEAST, credits) });
    this.balance = this.limits.credits;
  }

  /** How long the next request has to wait, 0 if it may begin now. */
  wait(now: Micros): Micros {
    const { iops, burst } = this.limits;
    if (iops === Number.POSITIVE_INFINITY) return 0;
    this.earn(now);
    const forCredit = this.balance >= 1 ? 0 : ((1 - this.balance) * SECOND) / iops;
    const forRate = burst > iops ? this.nextAt - now : 0;
    return Math.max(0, Math.ceil(Math.max(forCredit, forRate)));
  }

  /** A request begins at the moment that was last asked about. */
  spend(): void {
    const { iops, burst } = this.limits;
    if (iops === Number.POSITIVE_INFINITY) return;
    this.balance -= 1;
    this.nextAt = (this.now - this.nextAt < 1 ? this.nextAt : this.now) + SECOND / burst;
  }

  /** Whether a burst is over, so that it keeps to what it takes for good. */
  get isExhausted(): boolean {
    return this.limits.burst > this.limits.iops && this.balance < 1;
  }

  private earn(now: Micros): void {
    const { iops, credits } = this.limits;
    this.balance = Math.min(credits, this.balance + ((now - this.earnedAt) * iops) / SECOND);
    this.earnedAt = now;
    this.now = now;
  }
}
