import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Micros } from "../../../sim/time.ts";

/** Seconds of the run that pass in a second of watching. */
export const SPEEDS = [0.01, 0.1, 0.5, 1, 5, 20, 60] as const;
/** By default a run is over after so many seconds of watching. */
const WHOLE_RUN = 45;

/** The moment of a run that is looked at, and how it moves on. Everything on the screen follows from it. */
export class Player {
  readonly time = signal<Micros>(0);
  readonly isPlaying = signal(false);
  /** Undefined: as fast as shows the whole run in 45 seconds. */
  readonly speed = signal<number | undefined>(undefined);
  /** How far there is anything to see. */
  readonly end: ReadonlySignal<Micros>;
  readonly pace = computed(() => this.speed.value ?? Math.max(1, this.duration.value / 1e6 / WHOLE_RUN));
  private readonly duration: ReadonlySignal<Micros>;
  private readonly stops: (() => void)[];
  private frame = 0;

  constructor(duration: ReadonlySignal<Micros>, end: ReadonlySignal<Micros>) {
    this.duration = duration;
    this.end = end;
    const hidden = () => {
      if (document.hidden) this.isPlaying.value = false;
    };
    document.addEventListener("visibilitychange", hidden);
    this.stops = [
      () => document.removeEventListener("visibilitychange", hidden),
      effect(() => {
        if (this.isPlaying.value) this.play();
      }),
    ];
  }

  seek(time: Micros): void {
    this.time.value = Math.min(this.end.value, Math.max(0, time));
  }

  toggle(): void {
    batch(() => {
      if (!this.isPlaying.value && this.time.value >= this.end.value) this.time.value = 0;
      this.isPlaying.value = !this.isPlaying.value;
    });
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
  }

  private play(): void {
    let before = performance.now();
    const step = (now: number) => {
      if (!this.isPlaying.peek()) return;
      const time = this.time.peek() + (now - before) * 1000 * this.pace.peek();
      before = now;
      this.seek(time);
      if (this.time.peek() >= this.duration.peek()) this.isPlaying.value = false;
      else this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
}
