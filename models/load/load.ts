import { assert } from "../../sim/assert.ts";
import { COHORT_WIDTH } from "../../sim/record/cohort.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED, TIMED_OUT } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { type Address, Host } from "../host.ts";
import { CALL } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { Arrivals } from "./arrivals.ts";
import { Births } from "./births.ts";
import type { FailureSample } from "./failure-sample.ts";
import { Goodput } from "./goodput.ts";
import { LoadMetrics } from "./load-metrics.ts";
import type { LoadOptions } from "./load-options.ts";
import { People, type PersonId } from "./people.ts";
import { Recording } from "./recording.ts";
import { RetryPolicy } from "./retry-policy.ts";
import { Users } from "./users.ts";

const OUT_OF_PATIENCE = 0;
const TRY_AGAIN = 1;
const JUDGE = 2;

/** What brings people to a load. */
export type Source = Arrivals | Recording | Users;

/**
 * People who ask for something, wait as long as their patience lasts, and try again as often as they may.
 *
 * Who gives up leaves their request behind: it is marked as abandoned and goes on being worked on. A retry is a new
 * request for the same person, who wants the same as before. Somebody counts as well served if any attempt is answered
 * well in time.
 */
export class Load extends Host {
  readonly source: Source;
  readonly metrics: LoadMetrics;
  readonly goodput: Goodput;
  private readonly options: LoadOptions;
  private readonly births: Births;
  private readonly people = new People();
  private readonly retries: RetryPolicy;
  private readonly patienceLane: number;
  private readonly judgeLane: number;
  private addresses: readonly Address[] = [];

  constructor(world: World, path: string, options: LoadOptions) {
    super(world, path, ELSEWHERE);
    const stream = (purpose: string) => world.sim.streams.stream(path, purpose);
    this.options = options;
    this.births = new Births(world, path, options);
    this.retries = new RetryPolicy(options.retry, stream("backoff"));
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

  /** The load changes by itself, as its curve says. */
  change(from: number, to: number, over: Micros): void {
    this.origin = this.sim.journal.action(this.id, this.source.changing, [], { from, to, seconds: over / SECOND });
  }

  /** Somebody is born and makes their first attempt. A class of the load may be given; otherwise it is drawn. */
  bear(user = -1, kind = -1, work = -1, waits = -1): void {
    const { people } = this;
    const person = people.enter(this.now);
    this.births.endow(people, person, kind);
    people.user[person] = user;
    if (work >= 0) people.work[person] = work;
    if (waits >= 0) people.waits[person] = waits;
    this.goodput.bear(this.now, people.kind[person]!, people.zone[person]!);
    this.retries.earn();
    this.attempt(person);
  }

  override on(kind: typeof OUT_OF_PATIENCE | typeof TRY_AGAIN | typeof JUDGE, person: PersonId): void {
    if (kind === OUT_OF_PATIENCE) this.giveUp(person);
    else if (kind === TRY_AGAIN) this.attempt(person);
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
    this.cancel(this.people.timer[person]!);
    this.metrics.answer(outcome, took, bytes);
    if (outcome === OK) this.end(person, true);
    else this.fail(person, outcome, this.causeOf(person, because));
  }

  /** Nobody calls people. */
  receive(request: RequestId): void {
    this.refuse(request, REFUSED, NONE);
  }

  override check(): void {
    const { attempts, finished, inFlight } = this.metrics;
    const { inside } = this.people;
    const underWay = attempts.count - finished.count;
    assert(
      underWay === inFlight.value,
      () => `${this.path}: ${underWay} attempts under way, ${inFlight.value} counted`,
    );
    assert(inFlight.value <= inside, () => `${this.path}: ${inFlight.value} attempts for ${inside} people`);
  }

  private sourceOf(options: LoadOptions): Source {
    const { sim } = this.world;
    if (options.rate !== undefined) return new Arrivals(sim, this, options.rate, options.arrivals);
    if (options.users !== undefined) return new Users(sim, this, options.users, options.thinkTime);
    return new Recording(
      sim,
      this,
      options.recorded ?? [],
      options.classes.map(({ name }) => name),
    );
  }

  private attempt(person: PersonId): void {
    const { requests } = this.sim;
    const { people } = this;
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
    people.request[person] = request;
    people.timer[person] = this.afterLane(this.patienceLane, OUT_OF_PATIENCE, person);
    this.metrics.attempt(people.bytesIn[person]!);
    this.sim.traces.begin(request, people.number[person]!);
    this.send(this.addresses[people.address[person]!]!, request);
  }

  private giveUp(person: PersonId): void {
    const { requests } = this.sim;
    const request = this.people.request[person]!;
    this.sim.abandon(request);
    this.sim.traces.end(request, TIMED_OUT);
    this.metrics.answer(TIMED_OUT, this.options.patience, 0);
    this.fail(person, TIMED_OUT, this.causeOf(person, requests.because[request]!));
  }

  private fail(person: PersonId, outcome: Outcome, because: JournalId): void {
    const { people } = this;
    const retries = people.retries[person]!;
    this.goodput.failures.add(this.now, outcome, because, people.kind[person]!, people.zone[person]!);
    people.request[person] = -1;
    if (!this.retries.allows(retries)) return this.end(person, false);
    people.retries[person] = retries + 1;
    this.metrics.retries.add();
    this.after(this.retries.pause(retries), TRY_AGAIN, person);
  }

  /** What made somebody fail; NONE where what they want takes longer than they wait, else the load itself at last. */
  private causeOf(person: PersonId, because: JournalId): JournalId {
    const { cpu, work, waits, kind } = this.people;
    const { queries } = this.options.classes[kind[person]!]!;
    const alone = cpu[person]! + queries * (work[person]! + waits[person]!);
    return because !== NONE || alone >= this.options.patience ? because : this.origin;
  }

  private end(person: PersonId, good: boolean): void {
    const { people } = this;
    const born = people.born[person]!;
    const user = people.user[person]!;
    people.leave(person);
    this.metrics.iterate(this.now - born);
    this.goodput.end(born, people.kind[person]!, people.zone[person]!, good);
    if (user >= 0) (this.source as Users).answered(user, this.now - born);
  }

  private judge(): void {
    this.goodput.judge(this.now);
    this.afterLane(this.judgeLane, JUDGE);
  }
}
