import { Component } from "../../sim/component.ts";
import type { TraceOptions } from "../../sim/record/traces.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REJECTED, type Service, TIMED_OUT } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";

const SERVED = 1;
const DELIVERED = 2;
const COME = 3;
const PATIENCE_OVER = 4;

/** A baker with one oven and room for `room` customers to wait; what he bakes takes as long as the request says. */
export class Baker extends Component implements Service {
  private readonly line: WaitingLine;
  private busy = 0;

  constructor(sim: Simulation, room: number) {
    super(sim, "baker");
    this.line = new WaitingLine(room);
  }

  receive(request: RequestId): void {
    if (this.busy === 0) this.bake(request);
    else if (this.line.isFull) this.refuse(request, REJECTED, 0);
    else this.line.join(request);
  }

  override on(_kind: number, request: RequestId): void {
    this.busy = 0;
    if (this.line.length > 0) this.bake(this.line.leave());
    this.reply(request, OK);
  }

  private bake(request: RequestId): void {
    this.busy = 1;
    this.after(this.sim.requests.work[request]!, SERVED, request);
  }
}

/** A boy who carries orders to the baker in 2 ms; he drops every fifth, comes back for it, and needs 2 ms more. */
export class Boy extends Component implements Service {
  private carried = 0;
  private readonly baker: Baker;

  constructor(sim: Simulation, baker: Baker) {
    super(sim, "boy");
    this.baker = baker;
  }

  receive(request: RequestId): void {
    this.sim.requests.push(request, this.id, 0);
    this.after(2 * MILLISECOND, DELIVERED, request);
  }

  override on(_kind: number, request: RequestId): void {
    const { requests } = this.sim;
    if (++this.carried % 5 === 0) {
      requests.pop(request);
      this.receive(request);
      return;
    }
    requests.arrive(request);
    this.baker.receive(request);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    this.sim.reply(request, outcome);
  }
}

/** Sends for bread so many times, one after the other, and then home. */
export class Errand extends Component implements Service {
  static readonly HOME = -1;
  private left: number;
  private readonly boy: Boy;

  constructor(sim: Simulation, boy: Boy, times: number) {
    super(sim, "errand");
    this.boy = boy;
    this.left = times;
  }

  receive(request: RequestId): void {
    if (this.left-- > 0) this.call(this.boy, request);
    else this.reply(request, OK);
  }

  override resume(request: RequestId, _outcome: Outcome, note: number): void {
    if (note !== Errand.HOME) this.receive(request);
  }
}

interface Story {
  /** When each person comes, and how long the order takes. */
  readonly orders: readonly { at: number; work: number }[];
  readonly room?: number;
  readonly patience?: Micros;
  readonly binWidth?: Micros;
  readonly traces?: TraceOptions;
}

/** A village whose people order bread, each once; those whose patience ends walk away. */
class Village extends Component {
  readonly fates: Outcome[] = [];
  readonly durations: number[] = [];
  /** By person: the order that he waits for, or -1. */
  private readonly waitsFor: Int32Array;
  private readonly orders: Story["orders"];
  private readonly patience: number;
  private readonly boy: Boy;

  constructor(sim: Simulation, boy: Boy, { orders, patience = Number.POSITIVE_INFINITY }: Story) {
    super(sim, "village");
    this.boy = boy;
    this.orders = Object.freeze([...orders]);
    this.patience = patience;
    this.waitsFor = new Int32Array(orders.length).fill(-1);
    this.origin = sim.journal.action(this.id, "morning", [], {});
    for (const [person, { at }] of orders.entries()) this.after(at, COME, person);
  }

  override on(kind: number, person: number): void {
    if (kind === COME) this.order(person);
    else if (this.waitsFor[person] !== -1) this.end(person, TIMED_OUT);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const person = this.sim.requests.tag[request]!;
    if (this.waitsFor[person] !== -1) this.end(person, outcome);
    this.sim.requests.close(request);
  }

  private order(person: number): void {
    const { requests, traces } = this.sim;
    const request = requests.open(this.now, 1);
    requests.kind[request] = 0;
    requests.tag[request] = person;
    requests.work[request] = this.orders[person]!.work;
    this.waitsFor[person] = request;
    traces.begin(request, person);
    if (this.patience < Number.POSITIVE_INFINITY) this.after(this.patience, PATIENCE_OVER, person);
    this.call(this.boy, request);
  }

  private end(person: number, outcome: Outcome): void {
    const request = this.waitsFor[person]!;
    this.sim.traces.end(request, outcome);
    this.waitsFor[person] = -1;
    this.fates[person] = outcome;
    this.durations[person] = this.now - this.sim.requests.born[request]!;
  }
}

export function village(story: Story) {
  const { binWidth = SECOND, traces = {} } = story;
  const sim = new Simulation({ seed: "village", binWidth, traces, checkEvery: 1 });
  const boy = new Boy(sim, new Baker(sim, story.room ?? 1000));
  return { sim, people: new Village(sim, boy, story) };
}

/** Orders at random times; the oven is busy 90 % of the time. */
export function manyOrders(count: number): Story["orders"] {
  const stream = new Simulation({ seed: "orders" }).streams.stream("village", "gap");
  let at = 0;
  return Array.from({ length: count }, () => {
    at += 1 + stream.integer(20 * MILLISECOND);
    return { at, work: stream.integer(18 * MILLISECOND) };
  });
}
