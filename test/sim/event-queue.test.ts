import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DUE, type EventHandle, EventQueue, NO_EVENT, NOW, UNTIL } from "../../sim/event-queue.ts";

interface Entry {
  due: number;
  subject: number;
  handle: EventHandle;
}

/** The same contract in the plainest way: a list, sorted by due time and, where these are equal, by order of arrival. */
class SortedList {
  now = 0;
  readonly entries: Entry[] = [];

  insert(entry: Entry): void {
    let at = this.entries.length;
    while (at > 0 && this.entries[at - 1]!.due > entry.due) at--;
    this.entries.splice(at, 0, entry);
  }

  remove(handle: EventHandle): boolean {
    const at = this.entries.findIndex((entry) => entry.handle === handle);
    if (at >= 0) this.entries.splice(at, 1);
    return at >= 0;
  }

  pop(until: number): Entry | undefined {
    const first = this.entries[0];
    if (first === undefined || first.due > until) return undefined;
    this.now = first.due;
    return this.entries.shift();
  }
}

/** A queue and its plain counterpart that are told the same and must answer the same. */
class Pair {
  queue = new EventQueue();
  readonly list = new SortedList();
  readonly handles: EventHandle[] = [];
  private readonly delays: number[];
  private readonly lanes: number[];
  private subjects = 0;

  constructor(delays: number[]) {
    this.delays = delays;
    this.lanes = delays.map((delay) => this.queue.lane(delay));
  }

  schedule(delay: number): void {
    const due = this.list.now + delay;
    this.queue.cell[DUE] = due;
    this.note(due, this.queue.schedule(7, 3, this.subjects));
  }

  scheduleInLane(which: number): void {
    const lane = which % this.lanes.length;
    const due = this.list.now + this.delays[lane]!;
    this.note(due, this.queue.scheduleInLane(this.lanes[lane]!, 7, 3, this.subjects));
  }

  cancel(which: number): void {
    const handle = this.handles[which % this.handles.length] ?? NO_EVENT;
    expect(this.queue.cancel(handle)).toBe(this.list.remove(handle));
  }

  pop(patience: number): void {
    const until = this.list.now + patience;
    this.queue.cell[UNTIL] = until;
    const entry = this.list.pop(until);
    expect(this.queue.pop()).toBe(entry !== undefined);
    if (entry === undefined) return;
    expect(this.queue.subject).toBe(entry.subject);
    expect(this.queue.cell[NOW]).toBe(entry.due);
  }

  moveToRestored(): void {
    const restored = new EventQueue();
    restored.restore(structuredClone(this.queue.save()));
    this.queue = restored;
  }

  compare(): void {
    const expected = this.list.entries.map(({ due, subject }) => ({ due, target: 7, kind: 3, subject }));
    expect(this.queue.pending()).toEqual(expected);
    expect(this.queue.size).toBe(expected.length);
    expect(this.queue.nextDue()).toBe(expected[0]?.due ?? Number.POSITIVE_INFINITY);
  }

  private note(due: number, handle: EventHandle): void {
    this.list.insert({ due, subject: this.subjects++, handle });
    this.handles.push(handle);
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("schedule" as const),
      by: fc.constantFrom(0, 0, 1, 1, 2, 5, 1e-3, 40, 1e6),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("schedule" as const), by: fc.double({ min: 0, max: 3, noNaN: true }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("lane" as const), by: fc.nat(2) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("cancel" as const), by: fc.nat(1000) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("pop" as const), by: fc.constantFrom(0, 0.5, 5, 1e9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), by: fc.constant(0) }) },
);

function follow(pair: Pair, steps: readonly { do: string; by: number }[]): void {
  for (const { do: what, by } of steps) {
    if (what === "schedule") pair.schedule(by);
    else if (what === "lane") pair.scheduleInLane(by);
    else if (what === "cancel") pair.cancel(by);
    else if (what === "pop") pair.pop(by);
    else pair.moveToRestored();
  }
}

test("any sequence of schedule, cancel, pop and restore does what a sorted list does", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), fc.nat(300), (steps, before) => {
      const pair = new Pair([1, 2, 30]);
      for (let event = 0; event < before; event++) pair.schedule((event * 7919) % 13);
      follow(pair, steps);
      pair.compare();
      while (pair.list.entries.length > 0) pair.pop(1e9);
      pair.compare();
    }),
    { numRuns: 300 },
  );
});
