import type { Stream } from "../../sim/random.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** LVL_CLK_SHIFT and LVL_SIZE - 1 in kernel/time/timer.c: each level of the wheel is eight times as coarse as the last. */
const COARSER = 8;
const LEVEL_LENGTH = 63;
const LEVELS = 9;

/** A phase drawn from so many of the coarsest steps that timers of TCP end up in. */
const PHASES = 1 << 18;

/**
 * When the timers of a Linux kernel really go off: never early, and late by up to an eighth.
 *
 * They are sorted into a wheel whose steps grow with the time that is left (Linux 4.8, kernel/time/timer.c): at 250
 * ticks a second 4 ms below 252 ms, 32 ms below 2.016 s, 256 ms below 16.128 s, 2.048 s beyond. So what was begun
 * within a few milliseconds goes off in one batch, though a second later it may have fallen on either side of a step.
 */
export class KernelTimers {
  /** Length of a tick; 0 where timers are exact. */
  private readonly tick: Micros;
  /** How far the wheel had turned when the run began. */
  private readonly phase: Micros;

  /** @param hz CONFIG_HZ: ticks per second; 0 for timers that are exact. */
  constructor(hz: number, chance: Stream) {
    this.tick = hz === 0 ? 0 : SECOND / hz;
    this.phase = hz === 0 ? 0 : Math.floor(chance.next() * PHASES * this.tick);
  }

  /** A timeout as the kernel counts it: in whole ticks, rounded up. */
  round(timeout: Micros): Micros {
    return this.tick === 0 ? timeout : Math.ceil(timeout / this.tick) * this.tick;
  }

  /** When a timer goes off that was set at an instant. */
  expiry(setAt: Micros, timeout: Micros): Micros {
    const { tick, phase } = this;
    if (tick === 0) return setAt + timeout;
    const ticks = Math.ceil(timeout / tick);
    const step = stepFor(ticks);
    const expires = Math.floor((setAt + phase) / tick) + ticks;
    return Math.round((Math.floor(expires / step) + 1) * step * tick) - phase;
  }
}

/** How many ticks a step has, at the level of the wheel for timers with so many ticks left. */
function stepFor(ticks: number): number {
  let step = 1;
  for (let level = 1; level < LEVELS && ticks >= LEVEL_LENGTH * step; level++) step *= COARSER;
  return step;
}
