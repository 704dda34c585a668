import type { Recorder } from "./recorder.ts";

/** How often something happened, or how much of it (bytes) there was. */
export class Counter {
  private readonly recorder: Recorder;
  private readonly index: number;

  constructor(recorder: Recorder, index: number) {
    this.recorder = recorder;
    this.index = index;
  }

  get count(): number {
    return this.recorder.counts[this.index]!;
  }

  add(amount = 1): void {
    const { counts } = this.recorder;
    counts[this.index] = counts[this.index]! + amount;
  }
}
