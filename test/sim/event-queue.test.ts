import fc from "fast-check";
import { expect, test } from "vitest";
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

test("a thousand events held for many times their number leave as from a sorted list", () => {
  const pair = new Pair([0.25, 30]);
  let random = 12345;
  const draw = () => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    return random / 0x7fffffff;
  };
  for (let event = 0; event < 1000; event++) pair.schedule(draw());
  for (let hold = 0; hold < 20_000; hold++) {
    pair.pop(1e9);
    pair.schedule(hold % 50 === 0 ? 1000 * draw() : draw());
    if (hold % 3 === 0) pair.scheduleInLane(hold);
    if (hold % 3 === 1) pair.cancel(pair.handles.length - 1 - Math.floor(500 * draw()));
  }
  pair.compare();
});

test("events due at the same instant leave in the order they were scheduled, from lanes and elsewhere alike", () => {
  const queue = new EventQueue();
  const lane = queue.lane(10);
  const other = queue.lane(4);
  queue.cell[DUE] = 10;
  queue.schedule(0, 0, 1);
  queue.scheduleInLane(lane, 0, 0, 2);
  queue.schedule(0, 0, 3);
  queue.scheduleInLane(lane, 0, 0, 4);
  queue.cell[NOW] = 6;
  queue.scheduleInLane(other, 0, 0, 5);
  queue.schedule(0, 0, 6);
  expect(subjectsOf(queue)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a lane is shared by all timers of its delay, and its order survives when its first ones are cancelled", () => {
  const queue = new EventQueue();
  const lane = queue.lane(30);
  expect(queue.lane(30)).toBe(lane);
  expect(queue.lane(31)).not.toBe(lane);
  const first = queue.scheduleInLane(lane, 0, 0, 1);
  const second = queue.scheduleInLane(lane, 0, 0, 2);
  queue.cell[NOW] = 1;
  queue.scheduleInLane(lane, 0, 0, 3);
  queue.cell[DUE] = 30.5;
  queue.schedule(0, 0, 4);
  expect(queue.cancel(first)).toBe(true);
  expect(queue.cancel(second)).toBe(true);
  expect(queue.size).toBe(2);
  expect(queue.nextDue()).toBe(30.5);
  expect(subjectsOf(queue)).toEqual([4, 3]);
  expect(queue.cell[NOW]).toBe(31);
});

test("what takes the place of an event removed from the middle of the heap moves up where it belongs", () => {
  const queue = new EventQueue();
  // On one crowded day these are a heap in the order they come: below 100 stand 101 to 104, below 3 stands 5.
  const dues = [1, 100, 2, 3, 4, 101, 102, 103, 104, 60, 61, 62, 63, 5];
  const handles = dues.map((due) => {
    queue.cell[DUE] = due;
    return queue.schedule(0, 0, due);
  });
  expect(queue.nextDue()).toBe(1);
  expect(queue.cancel(handles[5]!)).toBe(true);
  expect(subjectsOf(queue)).toEqual([1, 2, 3, 4, 5, 60, 61, 62, 63, 100, 102, 103, 104]);
});

test("a handle is stale once its event has left, even when another event has taken its place", () => {
  const queue = new EventQueue();
  queue.cell[DUE] = 1;
  const gone = queue.schedule(0, 0, 1);
  expect(subjectsOf(queue)).toEqual([1]);
  const next = queue.schedule(0, 0, 2);
  expect(next).not.toBe(gone);
  expect(queue.cancel(gone)).toBe(false);
  expect(queue.cancel(NO_EVENT)).toBe(false);
  expect(queue.cancel(next)).toBe(true);
  expect(queue.cancel(next)).toBe(false);
  expect(queue.size).toBe(0);
});

test("nothing is popped before it is due", () => {
  const queue = new EventQueue();
  queue.cell[DUE] = 5;
  queue.schedule(2, 3, 4);
  queue.cell[UNTIL] = 4.999;
  expect(queue.pop()).toBe(false);
  expect(queue.cell[NOW]).toBe(0);
  queue.cell[UNTIL] = 5;
  expect(queue.pop()).toBe(true);
  expect([queue.target, queue.kind, queue.subject, queue.cell[NOW]]).toEqual([2, 3, 4, 5]);
});

test("a restored queue hands out the same handles as the one it was saved from", () => {
  const queue = new EventQueue();
  const lane = queue.lane(2);
  const handles: EventHandle[] = [];
  for (let event = 0; event < 500; event++) {
    queue.cell[DUE] = (event * 31) % 17;
    handles.push(queue.schedule(0, 0, event), queue.scheduleInLane(lane, 0, 0, event));
  }
  for (let event = 0; event < 1000; event += 7) queue.cancel(handles[event]!);
  const copy = new EventQueue();
  copy.restore(queue.save());
  expect(copy.peakSize).toBe(1000);
  for (let event = 0; event < 300; event++) {
    queue.cell[DUE] = copy.cell[DUE] = 20 + event;
    expect(copy.schedule(0, 0, event)).toBe(queue.schedule(0, 0, event));
    expect(copy.scheduleInLane(lane, 0, 0, event)).toBe(queue.scheduleInLane(lane, 0, 0, event));
  }
  expect(copy.pending()).toEqual(queue.pending());
});

test("more than a million pending events end in a message, not in all memory being eaten", () => {
  const queue = new EventQueue();
  const fill = () => {
    for (let event = 0; event < 1_100_000; event++) queue.schedule(0, 0, event);
  };
  expect(fill).toThrow("more than 1000000 pending events");
  expect(queue.size).toBeGreaterThan(1_000_000);
});

test("a due time that is not a number is refused", () => {
  const queue = new EventQueue();
  for (const due of [Number.NaN, Number.POSITIVE_INFINITY]) {
    queue.cell[DUE] = due;
    expect(() => queue.schedule(0, 0, 0)).toThrow("cannot be due");
    expect(() => queue.lane(due)).toThrow("cannot have a delay");
  }
  expect(queue.size).toBe(0);
});

/** A queue that counts its work: comparisons of two events, and placings of one. */
class CountingQueue extends EventQueue {
  work = 0;

  protected override isBefore(a: number, b: number): boolean {
    this.work++;
    return super.isBefore(a, b);
  }

  protected override place(row: number): void {
    this.work++;
    super.place(row);
  }
}

function queueOf(pending: number, delay: (event: number) => number): CountingQueue {
  const queue = new CountingQueue();
  queue.cell[UNTIL] = Number.MAX_VALUE;
  for (let event = 0; event < pending; event++) {
    queue.cell[DUE] = delay(event);
    queue.schedule(0, 0, event);
  }
  return queue;
}

/** Lets events leave, each to be scheduled again, and gives the work for each time one left. */
function workOfHolds(queue: CountingQueue, holds: number, delay: (event: number) => number): number {
  const before = queue.work;
  for (let event = 0; event < holds; event++) {
    queue.pop();
    queue.cell[DUE] = queue.cell[NOW]! + delay(event);
    queue.schedule(0, 0, event);
  }
  return (queue.work - before) / holds;
}

/** A number in [0, 1) for each event, spread evenly. */
const scattered = (event: number) => (event * 0.6180339887498949) % 1;

test.each([
  ["evenly spread", scattered, 2],
  ["all at the same instant", () => 1, 40],
  ["at one of two instants far apart", (event: number) => (event % 2 === 0 ? 1 : 1e6), 40],
  ["from a microsecond to eleven days away", (event: number) => 10 ** (12 * scattered(event) - 6), 40],
  ["close together but for one in a thousand", (event: number) => (event % 1000 === 0 ? 1e9 : scattered(event)), 20],
  ["at once, but for every other", (event: number) => (event % 2 === 0 ? 0 : scattered(event)), 20],
  ["in bursts of a thousand", (event: number) => 1000 + scattered(event) - (event % 1000) * 1e-6, 40],
])("ten thousand events that are due %s cost a bounded number of steps each", (_, delay, steps) => {
  const queue = queueOf(10_000, delay);
  expect(workOfHolds(queue, 50_000, delay)).toBeLessThan(steps);
});

test("thousands of distant events are not touched again for each of a few that come before them", () => {
  const queue = queueOf(60, (event) => 10 ** (5 * event));
  for (let event = 0; event < 8300; event++) {
    queue.cell[DUE] = 1e300 * (1 + scattered(event));
    queue.schedule(0, 0, event);
    if (event % 800 === 0) queue.pop();
  }
  const before = queue.work;
  for (let event = 0; event < 49; event++) queue.pop();
  expect(queue.cell[NOW]).toBe(1e295);
  expect(queue.work - before).toBeLessThan(50_000);
});

test("ten thousand events of one instant, each followed by one at once and one a little later, leave first come first served", () => {
  const queue = new CountingQueue();
  queue.cell[UNTIL] = 2;
  queue.cell[DUE] = 1;
  for (let event = 0; event < 10_000; event++) queue.schedule(0, 0, event);
  const left: number[] = [];
  while (queue.pop()) {
    left.push(queue.subject);
    if (queue.subject >= 10_000) continue;
    queue.cell[DUE] = 1 + 1e-6;
    queue.schedule(0, 0, 20_000 + queue.subject);
    queue.cell[DUE] = 1;
    queue.schedule(0, 0, 10_000 + queue.subject);
  }
  expect(left).toEqual(Array.from({ length: 30_000 }, (_, event) => event));
  expect(queue.work / 30_000).toBeLessThan(40);
});

function subjectsOf(queue: EventQueue): number[] {
  queue.cell[UNTIL] = Number.MAX_VALUE;
  const subjects: number[] = [];
  while (queue.pop()) subjects.push(queue.subject);
  return subjects;
}

test("a handle that has been stale for ten thousand events names nobody, however often its place was used again", () => {
  const queue = new EventQueue();
  queue.cell[UNTIL] = Number.POSITIVE_INFINITY;
  const stale: number[] = [];
  for (let event = 0; event < 10_000; event++) {
    queue.cell[DUE] = event;
    stale.push(queue.schedule(0, 0, event));
    queue.pop();
  }
  queue.cell[DUE] = 10_000;
  queue.schedule(0, 0, 10_000);
  expect(stale.some((handle) => queue.cancel(handle))).toBe(false);
  expect(new Set(stale).size).toBe(10_000);
  expect(queue.peakSize).toBe(1);
  expect(queue.pop()).toBe(true);
  expect(queue.subject).toBe(10_000);
});
