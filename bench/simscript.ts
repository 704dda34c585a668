import { Entity, Queue, Simulation } from "simscript";
import { Xoshiro } from "./xoshiro.ts";

/**
 * SimScript, whose customers are async functions. Every step is several turns of the micro-task queue, and the list of
 * future events is searched from its beginning after each.
 */
abstract class Model extends Simulation {
  readonly random = new Xoshiro(12345);
  readonly customers: number;
  done = 0;

  constructor(customers: number) {
    super({ yieldInterval: Number.POSITIVE_INFINITY });
    this.customers = customers;
  }

  run(): Promise<void> {
    return new Promise((resolve) => {
      this.finished.addEventListener(() => resolve());
      this.start(true);
    });
  }

  /** Starts customers after exponential times. */
  protected arrivals(mean: number, customer: () => Entity): void {
    const { customers, random } = this;
    class Source extends Entity<Model> {
      override async script() {
        for (let arrived = 0; arrived < customers; arrived++) {
          await this.delay(random.exponential(mean));
          this.simulation.activate(customer());
        }
      }
    }
    this.activate(new Source());
  }
}

class W1 extends Model {
  readonly line = new Queue("line");
  readonly server = new Queue("server", 1);

  override onStarting() {
    super.onStarting();
    this.queues.push(this.line, this.server);
    this.arrivals(1 / 0.9, () => new W1Customer());
  }
}

class W1Customer extends Entity<W1> {
  override async script() {
    const { line, server, random } = this.simulation;
    await this.seize(server, random.exponential(1), line);
    this.simulation.done++;
  }
}

class W2 extends Model {
  readonly line = new Queue("line");
  readonly pool = new Queue("pool", 100);
  readonly processorLine = new Queue("processor line");
  readonly processor = new Queue("processor", 8);
  rejected = 0;
  timedOut = 0;

  override onStarting() {
    super.onStarting();
    this.queues.push(this.line, this.pool, this.processorLine, this.processor);
    this.arrivals(1 / 2000, () => new W2Customer());
  }
}

/** A timer that a signal ends early, which is SimScript's way to cancel. */
class Timer extends Entity<W2> {
  private readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  override async script() {
    const waited = await this.delay(this.limit, undefined, this);
    if (waited >= this.limit) this.simulation.timedOut++;
  }
}

/** A queue of SimScript cannot be left before one's turn: the timers here count what they find, but nobody reneges. */
class W2Customer extends Entity<W2> {
  override async script() {
    const { simulation: sim } = this;
    if (sim.line.pop >= 500) {
      sim.rejected++;
      return;
    }
    const timeout = new Timer(30);
    sim.activate(timeout);
    if (sim.pool.canEnter()) await this.enterQueue(sim.pool);
    else await this.waitInLine();
    await this.delay(sim.random.exponential(0.0475));
    this.leaveQueue(sim.pool);
    this.enterQueueImmediately(sim.processorLine);
    await this.enterQueue(sim.processor);
    this.leaveQueue(sim.processorLine);
    await this.delay(sim.random.exponential(0.0036));
    this.leaveQueue(sim.processor);
    this.sendSignal(timeout, 1);
    sim.done++;
  }

  private async waitInLine() {
    const { simulation: sim } = this;
    const patience = new Timer(0.25);
    sim.activate(patience);
    this.enterQueueImmediately(sim.line);
    await this.enterQueue(sim.pool);
    this.leaveQueue(sim.line);
    this.sendSignal(patience, 1);
  }
}

export async function simscriptW1(customers: number) {
  const sim = new W1(customers);
  await sim.run();
  return { done: sim.done, events: 2 * customers, Wq: sim.line.averageDwell };
}

export async function simscriptW2(customers: number) {
  const sim = new W2(customers);
  await sim.run();
  return {
    done: sim.done,
    rej: sim.rejected,
    tout: sim.timedOut,
    events: 3 * customers,
    Wproc: sim.processorLine.averageDwell,
  };
}
