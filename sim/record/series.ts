/** One metric over the bins of a recording: mean, smallest, largest and last value of each bin. */
export class Series {
  length = 0;
  mean = new Float32Array(0);
  min = new Float32Array(0);
  max = new Float32Array(0);
  last = new Float32Array(0);

  push(mean: number, min: number, max: number, last: number): void {
    if (this.length === this.mean.length) this.grow();
    const at = this.length++;
    this.mean[at] = mean;
    this.min[at] = min;
    this.max[at] = max;
    this.last[at] = last;
  }

  private grow(): void {
    const room = Math.max(64, this.length * 2);
    for (const column of ["mean", "min", "max", "last"] as const) {
      const longer = new Float32Array(room);
      longer.set(this[column]);
      this[column] = longer;
    }
  }
}
