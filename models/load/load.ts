import { assert } from "../../sim/assert.ts";
import { COHORT_WIDTH } from "../../sim/record/cohort.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED, TIMED_OUT } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { Client } from "../client/client.ts";
import type { Guard } from "../client/guard.ts";
import { Hedges, MOST_COPIES } from "../client/hedges.ts";
import { PacedLine } from "../client/paced-line.ts";
import { type Address, Host } from "../host.ts";
import { createExecutor } from "../k6/create-executor.ts";
import { Executor } from "../k6/executor.ts";
import type { NetworkNode } from "../network/node.ts";
import { CALL } from "../verb.ts";
import type { World } from "../world.ts";
import { Arrivals } from "./arrivals.ts";
import { Births } from "./births.ts";
import type { FailureSample } from "./failure-sample.ts";
import { Goodput } from "./goodput.ts";
import { type Caller, LoadConnections } from "./load-connections.ts";
import { LoadMetrics } from "./load-metrics.ts";
import type { LoadOptions } from "./load-options.ts";
import { People, type PersonId } from "./people.ts";
import { Recording } from "./recording.ts";
import { Users } from "./users.ts";

const OUT_OF_PATIENCE = 0;
const TRY_AGAIN = 1;
const JUDGE = 2;
const HEDGE = 3;

/** What brings people to a load. */
export type Source = Arrivals | Executor | Recording | Users;

/**
 * People who ask for something, wait as long as their patience lasts, and try again as often as they may.
 *
 * Who gives up leaves their request behind: it is marked as abandoned and goes on being worked on. A retry is a new
 * request for the same person, who wants the same as before. Somebody counts as well served if any attempt is answered
 * well in time.
 */
export class Load extends Host implements Caller {
  readonly source: Source;
  readonly metrics: LoadMetrics;
  readonly goodput: Goodput;
  private readonly options: LoadOptions;
  private readonly births: Births;
  private readonly people = new People();
  readonly client: Client;
  private readonly held: PacedLine | undefined;
  readonly hedges: Hedges | undefined;
  private readonly connections: LoadConnections | undefined;
  private readonly patienceLane: number;
  private readonly judgeLane: number;
  private addresses: readonly Address[] = [];

  constructor(world: World, path: string, options: LoadOptions) {
    super(
      world,
      path,
      world.nodes.findIndex(({ group }) => options.nodes.includes(group)),
    );
    const stream = (purpose: string) => world.sim.streams.stream(path, purpose);
    this.options = options;
    this.births = new Births(world, path, options);
    this.client = new Client(this, world.sim, options, stream);
    const { rate } = this.client.retries;
    this.held = rate && new PacedLine(world.sim, this, rate);
    this.hedges = options.hedging === "off" ? undefined : new Hedges(options.hedging);
    const { connections } = options;
    const isConnected = connections !== "none";
    this.connections = isConnected
      ? new LoadConnections(world, this, this.people, connections === "keep-alive")
      : undefined;
    this.patienceLane = world.sim.lane(options.patience);
    this.judgeLane = world.sim.lane(COHORT_WIDTH);
    this.metrics = new LoadMetrics(this, world.sim.record);
    this.goodput = new Goodput(world, this, options);
    this.source = this.sourceOf(options);
  }

  /** Some of the failed attempts, for explaining them. */
  get failures(): FailureSample {
    return this.goodput.failures;
  }

  /** Looks up whom people ask. */
  connect(): void {
    this.addresses = this.births.addresses.map((path) => this.world.find(path) as unknown as Address);
  }

  /** The load begins: the action that everything else goes back to. */
  start(): void {
    this.origin = this.sim.journal.action(this.id, this.source.beginning, [], this.source.figures);
    this.source.start();
    this.afterLane(this.judgeLane, JUDGE);
  }

  /** From now on so many people per second arrive, reached in a straight line; replaces what the rate was to be. */
  setRate(perSecond: number, over: Micros, because: JournalId): void {
    if (!(this.source instanceof Arrivals)) throw new Error(`${this.path} has no rate`);
    this.origin = because;
    this.source.setRate(perSecond, over);
  }

  /** From now on there are so many users, reached in a straight line; those too many leave once they are answered. */
  setUsers(count: number, over: Micros, because: JournalId): void {
    if (!(this.source instanceof Users)) throw new Error(`${this.path} has no users`);
    this.origin = because;
    this.source.setUsers(count, over);
  }

  /** Nobody comes any more. */
  stop(because: JournalId): void {
    this.origin = because;
    this.source.stop();
  }

  /** The load changes by itself, as its curve says. */
  change(from: number, to: number, over: Micros): void {
    this.origin = this.sim.journal.action(this.id, this.source.changing, [], { from, to, seconds: over / SECOND });
  }

  /** Somebody is born and makes their first attempt. A class of the load may be given; otherwise it is drawn. */
  bear(user = -1, kind = -1, work = -1, waits = -1): void {
    this.attempt(this.enter(user, kind, work, waits));
  }

  /** Somebody is born. */
  enter(user: number, kind = -1, work = -1, waits = -1): PersonId {
    const { people } = this;
    const person = people.enter(this.now);
    this.births.endow(people, person, kind);
    people.user[person] = user;
    if (work >= 0) people.work[person] = work;
    if (waits >= 0) people.waits[person] = waits;
    this.goodput.bear(this.now, people.kind[person]!, people.zone[person]!);
    this.client.retries.begin();
    return person;
  }

  attempt(person: PersonId): void {
    if (this.held === undefined) this.letOut(person);
    else this.held.join(person);
  }

  /** Somebody has done all that they came for. */
  leave(person: PersonId): void {
    this.metrics.iterate(this.now - this.people.born[person]!);
    this.people.leave(person);
  }

  /** Somebody is cut off in what they do, and counts as not served unless they have been (`isThrough`). */
  interrupt(person: PersonId, isThrough: boolean): void {
    const { people } = this;
    const request = people.request[person]!;
    if (!isThrough) {
      this.cancel(people.timer[person]!);
      this.held?.drop(person);
      if (request >= 0) {
        this.sim.traces.end(request, TIMED_OUT);
        this.withdraw(request);
      }
      this.connections?.giveUp(person);
      this.withdrawCopies(person, request);
      this.goodput.end(people.born[person]!, people.kind[person]!, people.zone[person]!, false);
    }
    people.leave(person);
  }

  /** The request that somebody waits for, or the handshake before it, or -1. */
  requestOf(person: PersonId): RequestId {
    const request = this.people.request[person]!;
    return request < 0 && this.connections !== undefined ? this.connections.handshakeOf(person) : request;
  }

  /** Nobody keeps a connection any longer. */
  hangUp(): void {
    this.connections?.closeKept();
  }

  /** The node that it runs on; undefined where its network is no limit. */
  get machine(): NetworkNode | undefined {
    return this.world.nodes[this.node];
  }

  override on(kind: number, person: PersonId): void {
    if (kind === OUT_OF_PATIENCE) this.giveUp(person);
    else if (kind === TRY_AGAIN) this.attempt(person);
    else if (kind === HEDGE) this.hedge(person);
    else this.judge();
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const person = requests.tag[request]!;
    const because = requests.because[request]!;
    const bytes = requests.bytesOut[request]!;
    const took = this.now - requests.born[request]!;
    const abandoned = requests.abandoned[request] === 1;
    if (!abandoned) this.sim.traces.end(request, outcome);
    requests.close(request);
    if (abandoned) return;
    this.connections?.finish(person, outcome, took);
    this.metrics.answer(outcome, took, bytes);
    if (this.hedges !== undefined && outcome !== OK && this.isHedged(this.hedges, person, request)) return;
    this.cancel(this.people.timer[person]!);
    this.withdrawCopies(person, request);
    this.client.settle(outcome === OK, took, this.now, because);
    if (outcome === OK) {
      this.client.retries.succeed(this.people.retries[person]!, this.now);
      this.end(person, true);
    } else this.fail(person, outcome, this.causeOf(person, because));
    this.held?.review();
  }

  connected(person: PersonId): void {
    this.dispatch(person);
  }

  connectFailed(person: PersonId, outcome: Outcome, because: JournalId): void {
    this.cancel(this.people.timer[person]!);
    this.failUnasked(person, outcome, because);
  }

  /** Nobody calls people. */
  receive(request: RequestId): void {
    this.refuse(request, REFUSED, NONE);
  }

  override check(): void {
    const { attempts, finished, withdrawn, inFlight } = this.metrics;
    const { inside } = this.people;
    const underWay = attempts.count - finished.count - withdrawn.count;
    assert(
      underWay === inFlight.value,
      () => `${this.path}: ${underWay} attempts under way, ${inFlight.value} counted`,
    );
    const most = inside * (this.hedges === undefined ? 1 : MOST_COPIES);
    assert(inFlight.value <= most, () => `${this.path}: ${inFlight.value} attempts for ${inside} people`);
  }

  private sourceOf(options: LoadOptions): Source {
    const { sim } = this.world;
    if (options.rate !== undefined) return new Arrivals(sim, this, options.rate, options.arrivals);
    if (options.users !== undefined) return new Users(sim, this, options.users, options.thinkTime);
    if (options.executor !== undefined) return createExecutor(sim, this, options, options.executor);
    return new Recording(
      sim,
      this,
      options.recorded ?? [],
      options.classes.map(({ name }) => name),
    );
  }

  /** The client of the people lets the call out, unless a guard keeps it. */
  letOut(person: PersonId): void {
    const guard = this.client.refusal(this.now);
    if (guard !== undefined) return this.refuseOwn(person, guard);
    this.people.timer[person] = this.afterLane(this.patienceLane, OUT_OF_PATIENCE, person);
    if (this.hedges !== undefined) this.beginHedging(this.hedges, person);
    this.dispatch(person);
  }

  /** A guard of the people's own client does not let the call out. */
  private refuseOwn(person: PersonId, guard: Guard): void {
    this.metrics.attempt(0);
    this.metrics.answer(guard.refusal, 0, 0);
    this.fail(person, guard.refusal, guard.because());
  }

  /** Sends a request, or another copy of it, on its way. */
  private dispatch(person: PersonId, copies?: Hedges): void {
    const { requests } = this.sim;
    const { people, connections } = this;
    const to = this.addresses[people.address[person]!]!;
    if (connections?.opens(person, to)) return;
    const request = requests.open(this.now, CALL);
    requests.kind[request] = this.births.kinds[people.kind[person]!]!;
    requests.zone[request] = people.zone[person]!;
    requests.cpu[request] = people.cpu[person]!;
    requests.work[request] = people.work[person]!;
    requests.waits[request] = people.waits[person]!;
    requests.bytesIn[request] = people.bytesIn[person]!;
    requests.bytesOut[request] = people.bytesOut[person]!;
    requests.tag[request] = person;
    requests.origin[request] = this.origin;
    if (copies === undefined) people.request[person] = request;
    else copies.add(person, request);
    this.metrics.attempt(people.bytesIn[person]!);
    this.sim.traces.begin(request, people.number[person]!);
    this.send(connections?.assign(person, request) ?? to, request);
  }

  /** Somebody's request fails before it goes out. */
  private failUnasked(person: PersonId, outcome: Outcome, because: JournalId): void {
    const cause = this.causeOf(person, because);
    this.metrics.attempt(0);
    this.metrics.answer(outcome, 0, 0);
    this.client.settle(false, 0, this.now, cause);
    this.fail(person, outcome, cause);
  }

  private beginHedging(hedges: Hedges, person: PersonId): void {
    hedges.begin(person);
    hedges.timer[person] = this.after(hedges.options.hedgingDelay, HEDGE, person);
  }

  /** No answer yet: another copy goes out, and the next will after the same time. */
  private hedge(person: PersonId): void {
    const hedges = this.hedges!;
    if (!hedges.mayCopy(person)) return;
    hedges.timer[person] = this.after(hedges.options.hedgingDelay, HEDGE, person);
    this.dispatch(person, hedges);
  }

  /** A copy has failed; true if others are out or go out at once, so that nothing is decided yet. */
  private isHedged(hedges: Hedges, person: PersonId, request: RequestId): boolean {
    const { people } = this;
    if (!hedges.remove(person, request)) people.request[person] = -1;
    if (!hedges.mayCopy(person)) return people.request[person] !== -1 || hedges.isOut(person);
    this.cancel(hedges.timer[person]!);
    hedges.timer[person] = this.after(0, HEDGE, person);
    return true;
  }

  /** The other copies are not waited for any more. */
  private withdrawCopies(person: PersonId, answered: RequestId): void {
    const { hedges, people } = this;
    if (hedges === undefined) return;
    this.cancel(hedges.timer[person]!);
    hedges.remove(person, answered);
    const first = people.request[person]!;
    if (first >= 0 && first !== answered) this.withdraw(first);
    for (let copy = hedges.takeOut(person); copy >= 0; copy = hedges.takeOut(person)) this.withdraw(copy);
  }

  private withdraw(copy: RequestId): void {
    this.sim.abandon(copy);
    this.metrics.withdraw(this.now - this.sim.requests.born[copy]!);
  }

  private giveUp(person: PersonId): void {
    const { requests } = this.sim;
    const { connections } = this;
    if (connections?.isOpening(person)) return this.failUnasked(person, TIMED_OUT, connections.giveUp(person));
    const request = this.outstanding(person);
    this.sim.abandon(request);
    connections?.giveUp(person);
    this.sim.traces.end(request, TIMED_OUT);
    this.metrics.answer(TIMED_OUT, this.options.patience - (connections?.blockedFor(person) ?? 0), 0);
    this.withdrawCopies(person, request);
    const because = this.causeOf(person, requests.because[request]!);
    this.client.settle(false, this.options.patience, this.now, because);
    this.fail(person, TIMED_OUT, because);
  }

  /** The first request that is out, or a copy of it where that has failed. */
  private outstanding(person: PersonId): RequestId {
    const first = this.people.request[person]!;
    return first >= 0 ? first : this.hedges!.takeOut(person);
  }

  private fail(person: PersonId, outcome: Outcome, because: JournalId): void {
    const { people } = this;
    const retries = people.retries[person]!;
    this.goodput.failures.add(this.now, outcome, because, people.kind[person]!, people.zone[person]!);
    people.request[person] = -1;
    if (!this.client.retries.allows(retries, outcome, this.now)) return this.end(person, false);
    people.retries[person] = retries + 1;
    this.metrics.retries.add();
    people.timer[person] = this.after(this.client.retries.pause(retries), TRY_AGAIN, person);
  }

  /** What made somebody fail; NONE where what they want takes longer than they wait, else the load itself at last. */
  private causeOf(person: PersonId, because: JournalId): JournalId {
    const { cpu, work, waits, kind } = this.people;
    const { queries } = this.world.classes[this.births.kinds[kind[person]!]!]!;
    const alone = cpu[person]! + queries * (work[person]! + waits[person]!) + this.births.stepTimes[kind[person]!]!;
    return because !== NONE || alone >= this.options.patience ? because : this.origin;
  }

  private end(person: PersonId, good: boolean): void {
    const { people } = this;
    const born = people.born[person]!;
    const user = people.user[person]!;
    people.request[person] = -1;
    this.goodput.end(born, people.kind[person]!, people.zone[person]!, good);
    if (this.source instanceof Executor) return this.source.answered(user, good, this.now - born);
    this.leave(person);
    if (user >= 0) (this.source as Users).answered(user, this.now - born);
  }

  private judge(): void {
    this.goodput.judge(this.now);
    this.afterLane(this.judgeLane, JUDGE);
  }
}
