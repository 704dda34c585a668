import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Micros, SECOND } from "../../../sim/time.ts";
import { isCalm } from "../settings.ts";
import { advanced } from "./timeline/pace.ts";
import type { Span } from "./timeline/zoom.ts";

/** Seconds of the run that pass in a second of watching. */
export const SPEEDS = [0.01, 0.1, 0.5, 1, 5, 20, 60] as const;
/** By default a run is over after so many seconds of watching. */
const WHOLE_RUN = 45;
/** Where nothing is to move by itself, the picture changes once in so many milliseconds. */
const CALM_STEP_MS = 1000;

/** The moment of a run that is looked at, and how it moves on. Everything on the screen follows from it. */
export class Player {
  readonly time = signal<Micros>(0);
  readonly isPlaying = signal(false);
  /** Undefined: as fast as shows the whole run in 45 seconds. */
  readonly speed = signal<number | undefined>(undefined);
  /** Whether what is played begins again at its end. */
  readonly loops = signal(false);
  /** Whether it goes no faster than in reality around the moments that are marked. */
  readonly slowsDown = signal(false);
  /** Moments that are marked, in order. */
  readonly marked = signal<readonly Micros[]>([]);
  /** The journal entry that somebody went to, for as long as the moment is its. */
  readonly event = signal<number | undefined>(undefined);
  /** How far there is anything to see. */
  readonly end: ReadonlySignal<Micros>;
  readonly duration: ReadonlySignal<Micros>;
  /** What of the run the charts show. */
  readonly shown: ReadonlySignal<Span>;
  /** Undefined: the whole run. */
  readonly zoom = signal<Span | undefined>(undefined);
  readonly pace = computed(() => this.speed.value ?? Math.max(1, this.duration.value / SECOND / WHOLE_RUN));
  /** Where somebody wants to be as soon as it has been computed. */
  readonly wanted = signal<Micros | undefined>(undefined);
  private readonly stops: (() => void)[];
  private frame = 0;
  private playsOn = false;

  constructor(duration: ReadonlySignal<Micros>, end: ReadonlySignal<Micros>) {
    this.duration = duration;
    this.end = end;
    this.shown = computed(() => this.zoom.value ?? { from: 0, until: duration.value });
    const hidden = () => {
      if (document.hidden) this.isPlaying.value = false;
    };
    document.addEventListener("visibilitychange", hidden);
    this.stops = [
      () => document.removeEventListener("visibilitychange", hidden),
      effect(() => {
        if (this.isPlaying.value) this.play();
      }),
      effect(() => {
        const wanted = this.wanted.value;
        if (wanted === undefined) return;
        if (wanted <= end.value) this.seek(wanted);
        else this.time.value = end.value;
      }),
    ];
  }

  /** Goes to a moment, as far as there is anything to see. */
  seek(time: Micros): void {
    batch(() => {
      this.wanted.value = undefined;
      this.event.value = undefined;
      this.time.value = Math.min(this.end.value, Math.max(0, time));
    });
  }

  /** Goes to a moment as soon as it has been computed. */
  seekOnceComputed(time: Micros): void {
    batch(() => {
      this.seek(time);
      if (time > this.end.value) this.wanted.value = Math.min(time, this.duration.value);
    });
  }

  /** Goes to a journal entry. */
  visit(entry: { readonly id: number; readonly at: Micros }): void {
    batch(() => {
      this.isPlaying.value = false;
      this.seek(entry.at);
      this.event.value = entry.id;
    });
  }

  toggle(): void {
    batch(() => {
      if (!this.isPlaying.value && this.time.value >= this.end.value) this.seek(0);
      this.isPlaying.value = !this.isPlaying.value;
    });
  }

  /** Stands still while somebody drags the moment; `release` goes on where it was playing. */
  hold(): void {
    this.playsOn = this.isPlaying.value;
    this.isPlaying.value = false;
  }

  release(): void {
    if (this.playsOn) this.isPlaying.value = true;
    this.playsOn = false;
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
  }

  private play(): void {
    cancelAnimationFrame(this.frame);
    let before = performance.now();
    const step = (now: number) => {
      if (!this.isPlaying.peek()) return;
      if (!isCalm.peek() || now - before >= CALM_STEP_MS) {
        this.moveOn(now - before);
        before = now;
      }
      if (this.isPlaying.peek()) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private moveOn(elapsedMs: number): void {
    const { from, until } = this.shown.peek();
    const slowsDown = this.slowsDown.peek() && !isCalm.peek();
    const moments = slowsDown ? this.marked.peek() : [];
    const time = advanced(this.time.peek(), elapsedMs * 1000, this.pace.peek(), moments);
    if (this.loops.peek() && time >= until) this.seek(from);
    else this.seek(time);
    if (!this.loops.peek() && this.time.peek() >= this.duration.peek()) this.isPlaying.value = false;
  }
}
