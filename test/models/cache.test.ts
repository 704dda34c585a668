import { expect, test } from "vitest";
import type { Cache } from "../../models/cache/cache.ts";
import { cache } from "../../models/cache/kind.ts";
import type { Address } from "../../models/host.ts";
import { CALL } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, REFUSED, REJECTED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { TestClient, TestServer, type TestWorld, testWorld } from "../world.ts";

/** Answers one call at a time, each after so long; the others wait in line. */
class SlowServer extends TestServer {
  took = 100 * MILLISECOND;
  private freeAt = 0;

  override receive(request: RequestId): void {
    this.arrivals.push(this.now);
    this.freeAt = Math.max(this.now, this.freeAt) + this.took;
    this.after(this.freeAt - this.now, 0, request);
  }

  override on(_kind: number, request: RequestId): void {
    this.reply(request, this.outcome);
  }
}

function system(options: Record<string, unknown>, took = 0) {
  const world = testWorld();
  const origin = new SlowServer(world, "origin", ELSEWHERE);
  origin.took = took;
  const built = cache.build(world, "cache", cache.options.parse({ to: "origin", ...options }));
  built.connect();
  const client = new TestClient(world, "client", ELSEWHERE);
  world.sim.streams.stream("visitors", "gaps");
  return { world, sim: world.sim, origin, front: built.component as Cache, client };
}

/** People by chance, so many per second, for so many seconds from now on. */
function visit({ sim }: TestWorld, client: TestClient, to: Address, perSecond: number, seconds: number): void {
  const gaps = sim.streams.stream("visitors", "gaps");
  const end = sim.now + seconds * SECOND;
  for (let at = sim.now; ; ) {
    at += (-SECOND * Math.log(gaps.next())) / perSecond;
    if (at >= end) break;
    sim.runUntil(Math.round(at));
    client.ask(to, CALL, 100, 100, sim.journal.entries.length > 0 ? 0 : NONE);
  }
  sim.runUntil(end);
}

test("a cache with a hit ratio of 90 % passes every tenth call on and answers the others within half a millisecond", () => {
  const { world, sim, front, client, origin } = system({ hitRatio: "90%" }, MILLISECOND);
  for (let n = 0; n < 10_000; n++) {
    client.ask(front, CALL);
    sim.runUntil(sim.now + 20 * MILLISECOND);
  }
  expect(origin.arrivals.length).toBeGreaterThan(920);
  expect(origin.arrivals.length).toBeLessThan(1080);
  expect(world.count("cache", "hits") + world.count("cache", "misses")).toBe(10_000);
  const took = client.answers.map(({ at }) => at % (20 * MILLISECOND));
  expect(new Set(took)).toEqual(new Set([500, 1000]));
});

test("things kept for 10 s are found as often as theory says: calls within the ttl of each fetch", () => {
  const { world, front, client } = system({ keys: { count: 500, skew: 0.8, ttl: "10s" } });
  visit(world, client, front, 100, 200);
  const weights = Array.from({ length: 500 }, (_, n) => (n + 1) ** -0.8);
  const sum = weights.reduce((all, each) => all + each, 0);
  const expected = weights.reduce((all, each) => {
    const perTtl = (10 * 100 * each) / sum;
    return all + ((each / sum) * perTtl) / (1 + perTtl);
  }, 0);
  const hits = world.count("cache", "hits");
  const share = hits / (hits + world.count("cache", "misses"));
  expect(expected).toBeCloseTo(0.736, 3);
  expect(Math.abs(share - expected)).toBeLessThan(0.015);
});

test("an emptied cache passes everything on at first, says why, and is warm again once it has fetched most of it", () => {
  const { world, sim, front, client, origin } = system({ keys: { count: 100 } });
  visit(world, client, front, 200, 10);
  expect(origin.arrivals).toEqual([]);
  const flush = sim.journal.action(front.id, "restarted", [], {});
  front.flush(flush);
  visit(world, client, front, 200, 10);
  expect(origin.arrivals).toHaveLength(100);
  const [cold] = sim.journal.entries.filter(({ fact }) => fact === "cache-cold");
  expect(cold).toMatchObject({ because: [flush], figures: { percent: 100 } });
  expect(cold!.until! - cold!.at).toBeLessThanOrEqual(3 * SECOND);
  expect(client.becauses.filter((because) => because === cold!.id).length).toBeGreaterThan(50);
});

test("without coalescing a hundred calls for one thing are a hundred fetches, with it they are one", () => {
  for (const [coalesce, fetches, last] of [
    [false, 100, 10_000],
    [true, 1, 100],
  ] as const) {
    const { world, sim, front, client, origin } = system(
      { keys: { count: 1, warm: false }, coalesce },
      100 * MILLISECOND,
    );
    for (let n = 0; n < 100; n++) client.ask(front, CALL);
    sim.runUntil(20 * SECOND);
    expect(origin.arrivals).toHaveLength(fetches);
    expect(client.answers.at(-1)!.at).toBe(last * MILLISECOND);
    expect(client.answers).toHaveLength(100);
    expect(world.count("cache", "coalesced")).toBe(coalesce ? 99 : 0);
  }
});

test("who waits for the fetch of another fails with it, and nothing is kept", () => {
  const { sim, front, client, origin } = system({ keys: { count: 1, warm: false }, coalesce: true }, MILLISECOND);
  origin.outcome = REJECTED;
  for (let n = 0; n < 3; n++) client.ask(front, CALL);
  sim.runUntil(SECOND);
  expect(client.answers.map(({ outcome }) => outcome)).toEqual([REJECTED, REJECTED, REJECTED]);
  origin.outcome = OK;
  client.ask(front, CALL);
  sim.runUntil(2 * SECOND);
  expect(origin.arrivals).toHaveLength(2);
  expect(client.answers.at(-1)!.outcome).toBe(OK);
});

test("a cache that is stopped refuses calls and breaks those it fetches for, and starts again with nothing", () => {
  const { sim, front, client, origin } = system({ keys: { count: 1 } }, 100 * MILLISECOND);
  const stopped = sim.journal.action(front.id, "stopped", [], {});
  front.flush(stopped);
  client.ask(front, CALL);
  sim.runUntil(50 * MILLISECOND);
  front.stop(stopped);
  client.ask(front, CALL);
  sim.runUntil(SECOND);
  front.start(stopped);
  client.ask(front, CALL);
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ outcome }) => outcome)).toEqual([REFUSED, BROKEN, OK]);
  expect(client.becauses.slice(0, 1)).toEqual([stopped]);
  expect(origin.arrivals).toHaveLength(2);
});

test("a hit ratio that operators lower makes the cache cold, and who is passed on exists under what they did", () => {
  const { sim, front, client } = system({ hitRatio: 1 });
  const load = sim.journal.action(client.id, "load-begins", [], {});
  const set = sim.journal.action(front.id, "parameter-set", [], { to: 0 });
  front.change("hitRatio", 0, set);
  const request = client.ask(front, CALL, 100, 100, load);
  sim.runUntil(SECOND);
  expect(sim.requests.origin[request]).toBe(set);
  expect(sim.journal.entries[client.becauses[0]!]!.fact).toBe("cache-cold");
});

test("a cache has a hit ratio or keys, and only with keys can it coalesce", () => {
  for (const options of [{}, { hitRatio: 1, keys: {} }, { hitRatio: 1, coalesce: true }]) {
    expect(cache.options.safeParse({ to: "origin", ...options }).success).toBe(false);
  }
});

test("a run that is saved while calls wait for a fetch goes on from there in another world", () => {
  const build = () => system({ keys: { count: 20, warm: false, ttl: "2s" }, coalesce: true }, 40 * MILLISECOND);
  const one = build();
  visit(one.world, one.client, one.front, 100, 1);
  const other = build();
  restore(other.sim, save(one.sim));
  for (const { world, client, front } of [one, other]) visit(world, client, front, 100, 5);
  expect(other.client.answers).toEqual(one.client.answers);
  expect(other.sim.record.counts).toEqual(one.sim.record.counts);
});
