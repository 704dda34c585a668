import { assert } from "../../sim/assert.ts";
import type { Micros } from "../../sim/time.ts";

/** A value at a time; between two points it follows the straight line that joins them. */
export interface Point {
  readonly at: Micros;
  readonly is: number;
}

/**
 * A value over time: points joined by straight lines, constant before the first and after the last.
 * Two points at the same time are a step. Times asked for must not fall far behind each other, or a search starts over.
 */
export class Curve {
  private at: number[] = [];
  private is: number[] = [];
  /** The piece that the latest question fell into: it begins at the point of this number. */
  private piece = 0;

  constructor(points: readonly Point[]) {
    assert(points.length > 0, "a curve without points");
    this.at = points.map((point) => point.at);
    this.is = points.map((point) => point.is);
    this.at.unshift(Number.NEGATIVE_INFINITY);
    this.is.unshift(points[0]!.is);
  }

  valueAt(time: Micros): number {
    this.seek(time);
    return this.along(this.piece, time);
  }

  /** The integral from one time to another. */
  area(from: Micros, to: Micros): number {
    let sum = 0;
    let start = from;
    this.seek(from);
    for (let piece = this.piece; start < to; piece++) {
      const end = Math.min(to, this.endOf(piece));
      sum += ((this.along(piece, start) + this.along(piece, end)) / 2) * (end - start);
      start = end;
    }
    return sum;
  }

  /** When the integral from a time on has grown to an area; Infinity if it never does. Exact but for rounding. */
  reach(from: Micros, area: number): Micros {
    let left = area;
    let start = from;
    this.seek(from);
    for (let piece = this.piece; left > 0; piece++) {
      const end = this.endOf(piece);
      const value = this.along(piece, start);
      if (end === Number.POSITIVE_INFINITY) return value > 0 ? start + left / value : end;
      const within = ((value + this.along(piece, end)) / 2) * (end - start);
      if (left < within) return start + (2 * left) / (value + this.rootOf(piece, value, left));
      left -= within;
      start = end;
    }
    return start;
  }

  /** When, after a time, the value first differs from the whole number that it rounds to then; Infinity if never. */
  nextStep(from: Micros): Micros {
    const level = Math.round(this.valueAt(from));
    for (let piece = this.piece; ; piece++) {
      const start = Math.max(from, this.at[piece]!);
      if (Math.round(this.along(piece, start)) !== level) return start;
      const end = this.endOf(piece);
      const slope = this.slopeOf(piece);
      const edge = slope > 0 ? level + 0.5 : level - 0.5;
      const crossing = slope === 0 ? end : start + (edge - this.along(piece, start)) / slope;
      if (crossing < end) return Math.floor(crossing) + 1;
      if (end === Number.POSITIVE_INFINITY) return end;
    }
  }

  /** From a time on it is a straight line to a value, reached after a while, and constant from then on. */
  replaceFrom(time: Micros, value: number, over: Micros): void {
    const now = this.valueAt(time);
    this.at = [Number.NEGATIVE_INFINITY, time, time + over];
    this.is = [now, now, value];
    this.piece = 0;
  }

  /** Where straight lines begin that are not level, and steps. */
  changes(): { at: Micros; from: number; to: number; over: Micros }[] {
    const changes: { at: Micros; from: number; to: number; over: Micros }[] = [];
    for (let piece = 1; piece + 1 < this.at.length; piece++) {
      const from = this.is[piece]!;
      const to = this.is[piece + 1]!;
      if (from !== to) changes.push({ at: this.at[piece]!, from, to, over: this.at[piece + 1]! - this.at[piece]! });
    }
    return changes;
  }

  private seek(time: Micros): void {
    if (time < this.at[this.piece]!) this.piece = 0;
    while (this.piece + 1 < this.at.length && this.at[this.piece + 1]! <= time) this.piece++;
  }

  private endOf(piece: number): Micros {
    return this.at[piece + 1] ?? Number.POSITIVE_INFINITY;
  }

  private slopeOf(piece: number): number {
    const width = this.endOf(piece) - this.at[piece]!;
    return width > 0 && width < Number.POSITIVE_INFINITY ? (this.is[piece + 1]! - this.is[piece]!) / width : 0;
  }

  /** The value at a time within a piece, its ends included. */
  private along(piece: number, time: Micros): number {
    const slope = this.slopeOf(piece);
    return slope === 0 ? this.is[piece]! : this.is[piece]! + slope * (time - this.at[piece]!);
  }

  /** The value where an area has been covered within a piece, from a value on. */
  private rootOf(piece: number, value: number, area: number): number {
    return Math.sqrt(Math.max(0, value * value + 2 * this.slopeOf(piece) * area));
  }
}
