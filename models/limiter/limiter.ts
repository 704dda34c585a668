import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { LOST, OK, type Outcome, type Service, TIMED_OUT } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { POOL_TIMEOUT, SERVICE_UNAVAILABLE } from "../error.ts";
import { AimdLimit } from "./aimd-limit.ts";
import { Gradient2Limit } from "./gradient2-limit.ts";
import type { Limit } from "./limit.ts";
import type { LimiterOptions } from "./limiter-options.ts";
import { VegasLimit } from "./vegas-limit.ts";
import { WindowedLimit } from "./windowed-limit.ts";

const CALM: Micros = 5 * SECOND;
const REFUSAL_BYTES = 200;
/** Ends that tell of overload; other failures say nothing about how long a call takes. */
const DROPS: readonly Outcome[] = [TIMED_OUT, LOST, POOL_TIMEOUT];

/** The process behind the door. */
export interface Taker extends Component {
  /** A call that has been let in. */
  enter(request: RequestId): void;
}

/** A door to a process that lets in only as many calls at once as it has learnt to be good, and answers others 503. */
export class Limiter extends Component implements Service {
  private readonly owner: Taker;
  private readonly learnt: Limit;
  private readonly inside: Gauge;
  private readonly limit: Gauge;
  private readonly rejected: Counter;
  private readonly limited: LingeringCondition;
  /** By request: when it was let in. */
  private enteredAt = new Float64Array(0);

  constructor(sim: Simulation, owner: Taker, options: Exclude<LimiterOptions, "off">) {
    super(sim, `${owner.path}/limiter`);
    this.owner = owner;
    const limit = limitOf(options, sim.streams.stream(this.path, "probe"));
    this.learnt = options.windowed ? new WindowedLimit(limit) : limit;
    this.inside = sim.record.gauge(owner, "inflight", "requests");
    this.limit = sim.record.gauge(owner, "limit", "requests");
    this.rejected = sim.record.counter(owner, "limited", "requests");
    this.limited = new LingeringCondition(owner, sim, "concurrency-limited", CALM);
    this.limit.set(this.learnt.limit);
  }

  receive(request: RequestId): void {
    if (this.inside.value >= this.learnt.limit) return this.turnAway(request);
    if (request >= this.enteredAt.length) this.grow(request);
    this.enteredAt[request] = this.now;
    this.inside.add(1);
    this.sim.requests.push(request, this.id, 0);
    this.owner.enter(request);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const inflight = this.inside.value;
    const isDrop = DROPS.includes(outcome);
    this.inside.add(-1);
    if (outcome === OK || isDrop) {
      this.learnt.sample(this.now - this.enteredAt[request]!, inflight, isDrop, this.now);
      this.limit.set(this.learnt.limit);
    }
    this.reply(request, outcome);
  }

  private turnAway(request: RequestId): void {
    const { requests } = this.sim;
    this.rejected.add();
    requests.bytesOut[request] = REFUSAL_BYTES;
    const figures = () => ({ limit: this.learnt.limit, inflight: this.inside.value });
    const because = this.limited.renew([requests.origin[request]!, this.owner.origin], figures);
    this.refuse(request, SERVICE_UNAVAILABLE, because);
  }

  private grow(request: RequestId): void {
    const longer = new Float64Array(Math.max(256, 2 * request));
    longer.set(this.enteredAt);
    this.enteredAt = longer;
  }
}

function limitOf(options: Exclude<LimiterOptions, "off">, chance: Stream): Limit {
  if (options.kind === "vegas") return new VegasLimit(options.maxConcurrency, chance);
  return options.kind === "gradient2" ? new Gradient2Limit() : new AimdLimit();
}
