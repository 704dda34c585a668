import type { Recorder } from "./recorder.ts";

/** A level over time: connections in use, pods that are ready. Integrated as steps, so nothing is missed between bins. */
export class Gauge {
  private readonly recorder: Recorder;
  private readonly index: number;

  constructor(recorder: Recorder, index: number) {
    this.recorder = recorder;
    this.index = index;
  }

  get value(): number {
    return this.recorder.gaugeColumns.value[this.index]!;
  }

  set(value: number): void {
    const { recorder, index } = this;
    const { value: values, since, area, low, high } = recorder.gaugeColumns;
    const before = values[index]!;
    if (value === before) return;
    const now = recorder.now;
    area[index] = area[index]! + before * (now - since[index]!);
    since[index] = now;
    values[index] = value;
    // What is so at time zero has been so since long ago: a level that stood for no time is no extreme.
    if (now === 0) {
      low[index] = value;
      high[index] = value;
    } else if (value > high[index]!) high[index] = value;
    else if (value < low[index]!) low[index] = value;
  }

  add(difference: number): void {
    this.set(this.value + difference);
  }
}
