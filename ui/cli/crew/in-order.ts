/** Passes things on in the order of their numbers, from 0, whatever order they come in. */
export class InOrder<T> {
  private readonly waiting = new Map<number, T>();
  private readonly pass: (thing: T) => void;
  private next = 0;

  constructor(pass: (thing: T) => void) {
    this.pass = pass;
  }

  add(index: number, thing: T): void {
    this.waiting.set(index, thing);
    for (; this.waiting.has(this.next); this.next++) this.release(this.next);
  }

  /** Passes on what still waits for one that will not come. */
  end(): void {
    for (const index of [...this.waiting.keys()].sort((a, b) => a - b)) this.release(index);
  }

  private release(index: number): void {
    const thing = this.waiting.get(index)!;
    this.waiting.delete(index);
    this.pass(thing);
  }
}
