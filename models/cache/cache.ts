import { assert } from "../../sim/assert.ts";
import type { Stream } from "../../sim/random.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { type Address, Host } from "../host.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { Catalogue, type Key } from "./catalogue.ts";
import { Fetches } from "./fetches.ts";
import type { CacheOptions } from "./kind.ts";

const ANSWER = 0;
const LOOK = 1;

/** How often a cold cache is looked at. */
const LOOK_EVERY: Micros = SECOND;
/** It is warm again once it answers this share of what it used to. */
const WARM = 0.9;
/** What a cache that never was warm should answer before it is called warm. */
const HALF = 0.5;
/** Key of a call where all that is known is the share of hits. */
const NO_KEY: Key = -1;

/**
 * A cache in front of a component: it answers from memory what it has, passes the rest on, and keeps the answers.
 *
 * What fails is not kept. It is emptied by a restart; after that everything is passed on until it has been fetched
 * again, which is more than the component behind it may bear (a thundering herd, or cache stampede).
 */
export class Cache extends Host {
  private readonly options: CacheOptions;
  private readonly catalogue: Catalogue | undefined;
  private readonly fetches: Fetches | undefined;
  /** Whether calls for what is being fetched wait for that fetch. */
  private isCoalescing: boolean;
  /** By key: until when it is kept; 0 for what is not there. */
  private readonly until: Float64Array;
  /** By request: what it asks for. */
  private keyOf = new Int32Array(0);
  private hitRatio: number;
  private running = true;
  private life = 0;
  private endedBecause: JournalId = NONE;
  /** Share of the calls that it used to answer, while it is cold. */
  private usual = 0;
  private hitsBefore = 0;
  private callsBefore = 0;
  private target!: Address;
  private readonly cold: Condition;
  private readonly chance: Stream;
  private readonly times: Stream;
  private readonly hits: Counter;
  private readonly misses: Counter;
  private readonly coalesced: Counter;
  private readonly fetching: Gauge;

  constructor(world: World, path: string, options: CacheOptions) {
    super(world, path, ELSEWHERE);
    const { record, streams } = world.sim;
    const { keys, coalesce } = options;
    this.options = options;
    this.hitRatio = options.hitRatio ?? 0;
    this.catalogue = keys && new Catalogue(keys.count, keys.skew);
    this.fetches = keys && new Fetches(keys.count);
    this.isCoalescing = coalesce;
    this.until = new Float64Array(keys?.count ?? 0);
    this.chance = streams.stream(path, "key");
    this.times = streams.stream(path, "hit");
    this.hits = record.counter(this, "hits", "requests");
    this.misses = record.counter(this, "misses", "requests");
    this.coalesced = record.counter(this, "coalesced", "requests");
    this.fetching = record.gauge(this, "fetching", "requests");
    this.cold = new Condition(world.sim, this, "cache-cold");
    if (keys?.warm) this.warmUp(keys.ttl);
  }

  /** Looks up whom it stands before. */
  connect(): void {
    this.target = this.world.find(this.options.to) as unknown as Address;
  }

  override receive(request: RequestId): void {
    if (!this.running) return this.refuse(request, REFUSED, this.endedBecause);
    const key = this.catalogue === undefined ? NO_KEY : this.catalogue.draw(this.chance);
    if (this.has(key)) return this.hit(request);
    if (key >= 0) this.remember(request, key);
    if (this.isCoalescing && !this.fetches!.begin(key, request)) return this.coalesced.add();
    this.fetch(request);
  }

  override on(kind: typeof ANSWER | typeof LOOK, request: RequestId): void {
    if (kind === ANSWER) this.reply(request, OK);
    else this.look();
  }

  override resume(request: RequestId, outcome: Outcome, life: number): void {
    const key = this.catalogue === undefined ? NO_KEY : this.keyOf[request]!;
    this.fetching.add(-1);
    if (outcome === OK && key >= 0 && life === this.life) this.until[key] = this.now + this.ttl;
    const result = life === this.life ? outcome : BROKEN;
    for (const follower of this.fetches?.end(key) ?? []) this.share(follower, request, result);
    this.answer(request, result);
  }

  /** Forgets all that it has. */
  flush(because: JournalId): void {
    this.until.fill(0);
    this.origin = because;
    this.turnCold([because]);
  }

  /** The process ends, and what it was fetching comes to nothing. */
  stop(because: JournalId): void {
    this.running = false;
    this.endedBecause = because;
    this.life++;
  }

  /** It starts with nothing in its memory. */
  start(because: JournalId): void {
    this.running = true;
    this.flush(because);
  }

  /** Changes a live parameter: `hitRatio`, or with `keys` whether it coalesces. */
  change(parameter: string, value: number, because: JournalId): void {
    if (parameter === "coalesce") this.isCoalescing = value > 0;
    if (parameter !== "hitRatio") return;
    const falls = value < this.hitRatio;
    this.hitRatio = value;
    this.origin = because;
    if (falls) this.turnCold([because]);
  }

  override check(): void {
    assert(this.fetching.value <= this.misses.count, () => `${this.path}: fetches more than it was asked for`);
  }

  private get calls(): number {
    return this.hits.count + this.misses.count + this.coalesced.count;
  }

  private get ttl(): Micros {
    return this.options.keys?.ttl ?? Number.POSITIVE_INFINITY;
  }

  private has(key: Key): boolean {
    return key === NO_KEY ? this.chance.next() < this.hitRatio : this.until[key]! > this.now;
  }

  private hit(request: RequestId): void {
    this.hits.add();
    this.after(Math.max(0, Math.round(this.options.hit.draw(this.times))), ANSWER, request);
  }

  /** While it is cold, who is passed on is so because of what emptied it, and so is what that leads to. */
  private fetch(request: RequestId): void {
    const { because, origin } = this.sim.requests;
    this.misses.add();
    this.fetching.add(1);
    if (this.options.keys?.warm === false && this.misses.count === 1) this.turnCold([origin[request]!]);
    if (this.cold.holds) {
      origin[request] = Math.max(origin[request]!, this.origin);
      if (because[request] === NONE) because[request] = this.cold.id;
    }
    this.send(this.target, request, this.life);
  }

  /** Who waited for the fetch of another gets what that one gets. */
  private share(follower: RequestId, leader: RequestId, outcome: Outcome): void {
    const { because, bytesOut } = this.sim.requests;
    because[follower] = because[leader]!;
    bytesOut[follower] = bytesOut[leader]!;
    this.answer(follower, outcome);
  }

  private answer(request: RequestId, outcome: Outcome): void {
    if (outcome === BROKEN && this.sim.requests.because[request] === NONE) {
      return this.refuse(request, BROKEN, this.endedBecause);
    }
    this.reply(request, outcome);
  }

  private remember(request: RequestId, key: Key): void {
    if (request >= this.keyOf.length) {
      const longer = new Int32Array(Math.max(256, 2 * request));
      longer.set(this.keyOf);
      this.keyOf = longer;
    }
    this.keyOf[request] = key;
  }

  private turnCold(because: readonly JournalId[]): void {
    if (this.cold.holds) return;
    this.usual = this.hits.count === 0 ? HALF : this.hits.count / this.calls;
    this.cold.begin(because, { percent: Math.round(100 * this.usual) });
    this.lookLater();
  }

  private look(): void {
    const hits = this.hits.count - this.hitsBefore;
    const calls = this.calls - this.callsBefore;
    if (calls > 0 && hits >= WARM * this.usual * calls) this.cold.end();
    else this.lookLater();
  }

  private lookLater(): void {
    this.hitsBefore = this.hits.count;
    this.callsBefore = this.calls;
    this.after(LOOK_EVERY, LOOK);
  }

  /** As if each key had last been fetched at some time within the ttl. */
  private warmUp(ttl: Micros = Number.POSITIVE_INFINITY): void {
    for (let key = 0; key < this.until.length; key++) {
      this.until[key] = ttl === Number.POSITIVE_INFINITY ? ttl : Math.round(ttl * this.chance.next());
    }
  }
}
