import { patience } from "./figures.ts";

const REDRAW_MS = 100;
/** Before so much is done, an estimate says nothing. */
const ENOUGH = 0.02;

/** One line on a terminal that says how far something is and how long it will still take; nothing elsewhere. */
export class ProgressLine {
  private readonly stream: NodeJS.WriteStream;
  private begun = performance.now();
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  /** From now on estimates are about what begins now. */
  begin(): void {
    this.begun = performance.now();
  }

  /** @param share of the work that is done, 0 to 1. */
  show(share: number, text: string): void {
    const now = performance.now();
    if (!this.stream.isTTY || now - this.drawn < REDRAW_MS) return;
    this.drawn = now;
    const left = share < ENOUGH ? "" : `, about ${patience((((now - this.begun) / share) * (1 - share)) / 1000)} left`;
    this.stream.write(`\r\u001B[K${`${text}${left}`.slice(0, (this.stream.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.stream.isTTY && this.drawn > 0) this.stream.write("\r\u001B[K");
  }
}
