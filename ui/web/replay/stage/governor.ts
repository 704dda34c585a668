/** Frames that are looked at together. */
const WINDOW = 60;
/** Frames that take longer than so many milliseconds are too slow. */
const SLOW_MS = 20;
/** A gap that long is no slow frame: nothing was being played. */
const GAP_MS = 250;

/** Takes detail away while this machine cannot keep up, and gives it all back once nothing is played. */
export class Governor {
  /** 1: all dots; 0.5: half of them; 0: lines only. */
  detail: 1 | 0.5 | 0 = 1;
  private readonly times: number[] = [];
  /** Whether the frames before those that are being counted were too slow as well. */
  private wasSlow = false;
  private before = Number.NEGATIVE_INFINITY;

  /** A frame was painted at a time of the screen's clock. */
  painted(now: number): void {
    const took = now - this.before;
    this.before = now;
    if (took > GAP_MS) return void this.times.splice(0);
    this.times.push(took);
    if (this.times.length < WINDOW) return;
    const slowest = this.times.sort((one, other) => one - other)[Math.floor(WINDOW * 0.95)]!;
    this.times.splice(0);
    const isSlow = slowest > SLOW_MS;
    if (isSlow && this.wasSlow) this.detail = this.detail === 1 ? 0.5 : 0;
    this.wasSlow = isSlow && !this.wasSlow;
  }

  rest(): void {
    this.detail = 1;
    this.wasSlow = false;
    this.times.splice(0);
  }
}
