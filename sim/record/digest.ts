/**
 * A 64-bit fingerprint of plain data: two results that agree here agree in every bit that was put in.
 * Two 32-bit multiplicative hashes (FNV-1a style, with different primes) over the bytes; not for secrecy.
 */
export class Digest {
  private high = 0x811c9dc5 | 0;
  private low = 0x2f0b4a27 | 0;
  private readonly double = new Float64Array(1);
  private readonly words = new Uint32Array(this.double.buffer);

  /** Mixes a value in: numbers by their bits, strings by their characters, objects by their keys in order. */
  add(value: unknown): this {
    if (typeof value === "number") this.number(value);
    else if (typeof value === "string") this.text(value);
    else if (ArrayBuffer.isView(value)) this.numbers(value as unknown as ArrayLike<number>);
    else if (Array.isArray(value)) this.list(value);
    else if (typeof value === "object" && value !== null) this.record(value);
    else this.text(String(value));
    return this;
  }

  /** Sixteen hexadecimal digits. */
  get hex(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  private number(value: number): void {
    this.double[0] = value;
    this.mix(this.words[0]!);
    this.mix(this.words[1]!);
  }

  private numbers(values: ArrayLike<number>): void {
    this.mix(values.length);
    for (let at = 0; at < values.length; at++) this.number(values[at]!);
  }

  private text(value: string): void {
    this.mix(value.length);
    for (let at = 0; at < value.length; at++) this.mix(value.charCodeAt(at));
  }

  private list(values: readonly unknown[]): void {
    this.mix(values.length);
    for (const value of values) this.add(value);
  }

  private record(value: object): void {
    const entries = Object.entries(value);
    this.mix(entries.length);
    for (const [key, item] of entries) this.add(key).add(item);
  }

  private mix(word: number): void {
    this.high = Math.imul(this.high ^ word ^ (word >>> 15), 0x01000193);
    this.high ^= this.high >>> 13;
    this.low = Math.imul(this.low ^ word, 0x85ebca6b) + 0x9e3779b9;
    this.low ^= this.low >>> 16;
  }
}
