import { expect, test } from "vitest";
import { disk } from "../../models/disk/kind.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { PAGE_READ, SYNC } from "../../models/verb.ts";
import { Component } from "../../sim/component.ts";
import type { RequestId, Verb } from "../../sim/requests.ts";
import type { Service } from "../../sim/service.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { type TestWorld, testWorld } from "../world.ts";

/** Keeps so many requests at a disk at all times, or asks once. */
class Reader extends Component {
  readonly ends: number[] = [];
  private readonly to: Service;
  private readonly again: boolean;

  constructor({ sim }: TestWorld, to: Service, again = false) {
    super(sim, "reader");
    this.to = to;
    this.again = again;
  }

  ask(verb: Verb): void {
    this.call(this.to, this.sim.requests.open(this.now, verb));
  }

  override resume(request: RequestId): void {
    const verb = this.sim.requests.verb[request]!;
    this.ends.push(this.now);
    this.sim.requests.close(request);
    if (this.again) this.ask(verb);
  }
}

function diskOf(world: TestWorld, options: Record<string, unknown>) {
  return disk.build(world, "disk", disk.options.parse(options));
}

function reading(options: Record<string, unknown>, requests: number, verb = PAGE_READ) {
  const world = testWorld({ checkEvery: 1 });
  const built = diskOf(world, options);
  const reader = new Reader(world, built.component as unknown as Service, true);
  for (let request = 0; request < requests; request++) reader.ask(verb);
  const perSecond = (from: number, until: number) => {
    world.sim.runUntil(until * SECOND);
    return reader.ends.filter((end) => end > from * SECOND).length / (until - from);
  };
  return { world, perSecond, act: built.act! };
}

test("a disk with one head reads one page after the other, a solid-state disk many at once", () => {
  for (const [options, ends] of [
    [{ medium: "hdd", read: "8ms" }, [8, 16, 24, 32]],
    [{ medium: "ssd", read: "1ms", parallel: 2 }, [1, 1, 2, 2]],
  ] as const) {
    const world = testWorld();
    const reader = new Reader(world, diskOf(world, options).component as unknown as Service);
    for (let n = 0; n < 4; n++) reader.ask(PAGE_READ);
    world.sim.runUntil(SECOND);
    expect(reader.ends.map((end) => end / MILLISECOND)).toEqual(ends);
  }
});

test("a hard disk does some 120 random reads a second however many wait, a solid-state disk a hundred thousand", () => {
  const hdd = reading({ medium: "hdd" }, 32).perSecond(0, 100);
  expect(hdd).toBeGreaterThan(110);
  expect(hdd).toBeLessThan(125);
  expect(reading({ medium: "ssd" }, 1).perSecond(0, 1)).toBeGreaterThan(6000);
  expect(reading({ medium: "ssd" }, 32).perSecond(0, 1)).toBeGreaterThan(150_000);
});

test("a gp3 volume takes 3000 requests a second, reads and syncs alike, and more for who pays", () => {
  expect(reading({ medium: "gp3" }, 64).perSecond(1, 11)).toBeCloseTo(3000, -1);
  expect(reading({ medium: "gp3" }, 64, SYNC).perSecond(1, 11)).toBeCloseTo(3000, -1);
  expect(reading({ medium: "gp3", iops: 16_000 }, 64).perSecond(1, 3)).toBeCloseTo(16_000, -2);
});

test("a gp2 volume of 100 GiB takes 3000 requests a second for half an hour, then 300, and the journal says why", () => {
  // 5.4 million credits, of which 3000 are spent and 300 earned a second: 2000 s. Here a hundredth of it.
  const { world, perSecond } = reading({ medium: "gp2", credits: 54_000 }, 64);
  expect(perSecond(1, 19)).toBeCloseTo(3000, -1);
  expect(world.sim.journal.entries.map(({ fact }) => fact)).not.toContain("io-credits-used-up");
  expect(perSecond(21, 41)).toBeCloseTo(300, -1);
  expect(world.sim.journal.entries.map(({ fact }) => fact)).toContain("io-credits-used-up");
});

test("a slowed disk takes longer for what begins, one that is cut off begins nothing", () => {
  const { perSecond, act } = reading({ medium: "hdd", read: "10ms" }, 1);
  expect(perSecond(0, 1)).toBe(100);
  act({ do: "pace", share: 0.5 }, -1);
  expect(perSecond(1, 2)).toBe(50);
  act({ do: "pace", share: 0 }, -1);
  expect(perSecond(2, 3)).toBe(1);
  act({ do: "pace", share: 1 }, -1);
  expect(perSecond(3, 4)).toBe(100);
});

/** Somebody at a prompt for every session, who runs a statement as soon as the last one is through. */
class Busy extends SessionClient {
  override resume(request: RequestId, outcome: number): void {
    const session = this.sim.requests.connection[request]!;
    super.resume(request, outcome);
    this.query(session, { kind: 0, work: MILLISECOND });
  }
}

/** Statements per second of so many clients who do nothing but read pages. */
function throughput(options: Record<string, unknown>, pageReads: number, clients = 16): number {
  const world = testWorld({ classes: [{ pageReads }] });
  const built = mysql.build(world, "db", mysql.options.parse({ cores: 4, ...options }));
  built.connect();
  const client = new Busy(world);
  for (let n = 0; n < clients; n++) client.login(built.component as MysqlServer);
  world.sim.runUntil(2 * SECOND);
  const before = client.answers.length;
  world.sim.runUntil(22 * SECOND);
  return (client.answers.length - before) / 20;
}

test("the share of pages in memory decides whether the processors or the disk are the limit", () => {
  const hdd = { disk: { medium: "hdd", read: "8ms" }, workingSet: "1GiB" };
  // 125 reads a second, and a statement needs ten pages of which half, a tenth, a hundredth are not in memory.
  for (const [size, expected] of [
    ["512MiB", 25],
    ["922MiB", 125],
    ["1014MiB", 1280],
    ["1GiB", 4000],
  ] as const) {
    const measured = throughput({ ...hdd, innodb_buffer_pool_size: size }, 10);
    expect(measured / expected, `${size}: ${measured}`).toBeGreaterThan(0.9);
    expect(measured / expected, `${size}: ${measured}`).toBeLessThan(1.1);
  }
});

test("the same misses that stop a server on a hard disk cost one on a solid-state disk next to nothing", () => {
  const memory = { workingSet: "1GiB", innodb_buffer_pool_size: "512MiB" };
  expect(throughput({ ...memory, disk: { medium: "hdd" } }, 10)).toBeLessThan(30);
  expect(throughput({ ...memory, disk: { medium: "ssd" } }, 10)).toBeGreaterThan(3800);
});

test("a larger buffer pool changes nothing where next to nothing is read from the disk", () => {
  const memory = { workingSet: "4GiB", disk: { medium: "hdd" }, locality: 0.86 };
  const [small, large] = ["128MiB", "2GiB"].map((size) => {
    return throughput({ ...memory, innodb_buffer_pool_size: size }, 0.02);
  });
  expect(large! / small!).toBeLessThan(1.02);
  expect(large! / small!).toBeGreaterThan(0.98);
});

test("where some pages are read again and again a fifth of them in memory serves four of five reads", () => {
  const world = testWorld({ classes: [{ pageReads: 100 }] });
  const options = {
    workingSet: "1000MiB",
    innodb_buffer_pool_size: "200MiB",
    locality: "86%",
    disk: { medium: "ssd" },
  };
  const built = mysql.build(world, "db", mysql.options.parse(options));
  built.connect();
  const client = new SessionClient(world);
  client.login(built.component as MysqlServer);
  world.sim.runUntil(SECOND);
  for (let n = 0; n < 200; n++) {
    client.query(client.sessions[0]!, { kind: 0 });
    world.sim.runUntil((1 + (n + 1) * 0.1) * SECOND);
  }
  const [requests, reads] = ["_read_requests", "_reads"].map((name) => world.count("db", `Innodb_buffer_pool${name}`));
  expect(requests).toBe(20_000);
  expect(reads! / requests!).toBeCloseTo(0.2, 1);
});

test("after a restart the buffer pool is cold, and fills with what is read", () => {
  const world = testWorld({ classes: [{ pageReads: 10 }] });
  const options = { workingSet: "16MiB", disk: { medium: "ssd", read: "1ms" }, startup: "1s" };
  const built = mysql.build(world, "db", mysql.options.parse(options));
  built.connect();
  const client = new SessionClient(world);
  const ask = () => {
    client.query(client.sessions[0]!, { kind: 0 });
    world.sim.runUntil(world.sim.now + SECOND);
    return client.answers.at(-1)!.since / MILLISECOND;
  };
  client.login(built.component as MysqlServer);
  world.sim.runUntil(SECOND);
  expect(ask()).toBe(0);
  built.act!({ do: "restart", count: 1 }, -1);
  world.sim.runUntil(10 * SECOND);
  client.login(built.component as MysqlServer);
  world.sim.runUntil(11 * SECOND);
  expect(ask()).toBeGreaterThanOrEqual(9);
  for (let n = 0; n < 1000; n++) ask();
  expect(ask()).toBeLessThanOrEqual(1);
});

test("servers that share a disk wait for each other, with their reads and their commits", () => {
  const world = testWorld({ checkEvery: 1, classes: [{ pageReads: 1 }, { writes: true }] });
  const shared = diskOf(world, { medium: "hdd", read: "10ms", sync: "10ms" });
  const options = { disk: "disk", workingSet: "100GiB", sync_binlog: 0 };
  const built = ["a", "b"].map((path) => mysql.build(world, path, mysql.options.parse(options)));
  for (const each of [shared, ...built]) each.connect();
  const client = new SessionClient(world);
  for (const { component } of built) for (let n = 0; n < 2; n++) client.login(component as MysqlServer);
  world.sim.runUntil(SECOND);
  for (const session of client.sessions) client.query(session, { kind: session % 2 });
  world.sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ since }) => since / MILLISECOND)).toEqual([10, 20, 30, 40]);
  expect(world.count("disk", "reads_completed")).toBe(2);
  expect(world.count("disk", "flush_requests")).toBe(2);
});
