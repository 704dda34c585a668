/**
 * The shorter lists to try next in place of one that has some property, and what to go on with: delta debugging (ddmin).
 * First each of n pieces alone, then all but one of them; with twice as many pieces once none of these has it.
 * Source: A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28 (2002).
 */
export class SmallerList<T> {
  list: readonly T[];
  private pieces = 2;

  constructor(list: readonly T[]) {
    this.list = list;
  }

  /** The lists to try, the best first; none once it cannot be made shorter by leaving out any one of it. */
  candidates(): (readonly T[])[] {
    const { list } = this;
    if (list.length < 2 || this.pieces > list.length) return [];
    const pieces = this.split();
    const others = this.pieces === 2 ? [] : pieces.map((piece) => list.filter((each) => !piece.includes(each)));
    return [...pieces, ...others];
  }

  /** Takes the first candidate that has the property, by its number; -1 if none has. */
  take(candidate: number): void {
    const candidates = this.candidates();
    const isPiece = candidate < this.pieces;
    if (candidate < 0) {
      this.pieces = this.pieces === this.list.length ? this.pieces + 1 : Math.min(2 * this.pieces, this.list.length);
      return;
    }
    this.list = candidates[candidate]!;
    this.pieces = isPiece ? 2 : Math.max(2, this.pieces - 1);
  }

  private split(): (readonly T[])[] {
    const { list, pieces } = this;
    return Array.from({ length: pieces }, (_, at) =>
      list.slice(Math.round((at * list.length) / pieces), Math.round(((at + 1) * list.length) / pieces)),
    );
  }
}
