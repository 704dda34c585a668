/** How a whole is divided among named parts. */
export class Shares {
  readonly names: readonly string[];
  private readonly bounds: Float64Array;

  /** @param shares by name; only their proportions count. */
  constructor(shares: Readonly<Record<string, number>>) {
    const parts = Object.values(shares);
    const total = parts.reduce((sum, share) => sum + share, 0);
    const lastPresent = parts.findLastIndex((share) => share > 0);
    let sum = 0;
    this.names = Object.keys(shares);
    this.bounds = Float64Array.from(parts, (share, at) => {
      sum += share / total;
      return at < lastPresent ? sum : 1;
    });
  }

  /** The part that a number from 0 to 1 falls into, as an index into the names; -1 if there are no parts. */
  at(u: number): number {
    let part = 0;
    while (part < this.bounds.length && this.bounds[part]! <= u) part++;
    return part < this.bounds.length ? part : -1;
  }
}
