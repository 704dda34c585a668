import { expect, test } from "vitest";
import { CONNECTING, type ConnectionId } from "../../models/connection/connections.ts";
import { Host } from "../../models/host.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { LOGIN, QUERY } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import type { Stream } from "../../sim/random.ts";
import type { RequestId } from "../../sim/requests.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { testWorld } from "../world.ts";

/** What a sysbench thread does: it runs a transaction, then needs a moment of its own until the next. */
interface Transaction {
  /** Processor time at the server. */
  readonly work: number;
  /** Time that it spends outside of the server. */
  readonly outside: number;
}

/** A fixed number of sysbench threads. */
class Sysbench extends Host {
  done = 0;
  private readonly db: MysqlServer;
  private readonly work: Exponential;
  private readonly outside: Exponential;
  private readonly chance: Stream;
  private readonly pause: Stream;

  constructor(world: World, db: MysqlServer, threads: number, { work, outside }: Transaction) {
    super(world, "sysbench", ELSEWHERE);
    this.db = db;
    this.work = new Exponential(work);
    this.outside = new Exponential(outside);
    this.chance = world.sim.streams.stream("sysbench", "work");
    this.pause = world.sim.streams.stream("sysbench", "outside");
    for (let thread = 0; thread < threads; thread++) {
      const login = this.sim.requests.open(0, LOGIN);
      this.sim.requests.connection[login] = world.connections.open(this.id, CONNECTING, 0);
      this.send(db, login);
    }
  }

  override receive(): void {}

  override on(_begin: number, session: ConnectionId): void {
    const query = this.sim.requests.open(this.now, QUERY);
    this.sim.requests.connection[query] = session;
    this.sim.requests.work[query] = Math.max(1, Math.round(this.work.draw(this.chance)));
    this.send(this.db, query);
  }

  override resume(request: RequestId): void {
    const session = this.sim.requests.connection[request]!;
    if (this.sim.requests.verb[request] === QUERY) this.done++;
    this.sim.requests.close(request);
    this.after(Math.round(this.outside.draw(this.pause)), 0, session);
  }
}

/** Transactions per second that so many threads get out of a server. */
function throughput(server: object, transaction: Transaction, threads: number, expected: number): number {
  const world = testWorld({ seed: "sysbench" });
  const db = mysql.build(world, "db", mysql.options.parse({ max_connections: 10_000, ...server }));
  const sysbench = new Sysbench(world, db.component as MysqlServer, threads, transaction);
  const warmUp = Math.ceil((4 * threads) / expected) * SECOND;
  const seconds = Math.ceil((4 * threads + 5000) / expected);
  world.sim.runUntil(warmUp);
  const before = sysbench.done;
  world.sim.runUntil(warmUp + seconds * SECOND);
  return (sysbench.done - before) / seconds;
}

/** Rows of a published table: threads, and transactions per second, or the least and the most of two runs. */
type Row = readonly [threads: number, least: number, most?: number];

/** By how much a prediction is off, as a share of what was measured. */
function misses(server: object, transaction: Transaction, rows: readonly Row[], tolerance: number): string[] {
  return rows.flatMap(([threads, least, most = least]) => {
    const predicted = throughput(server, transaction, threads, least);
    const isWithin = predicted > least * (1 - tolerance) && predicted < most * (1 + tolerance);
    return isWithin ? [] : [`${threads} threads: ${predicted.toFixed(0)} for ${least}`];
  });
}

const THREADS = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

function rowsOf(throughputs: readonly number[]): Row[] {
  return throughputs.map((each, at) => [THREADS[at]!, each]);
}

/** Three quarters of the cores ran the server, the others sysbench (MariaDB Knowledge Base, Threadpool Benchmarks). */
const FACEBOOK_MARIA1 = {
  server: {
    cores: 12,
    contention: { sigma: 2.64e-5, kappa: 1.9e-10, cliff: 4237, steepness: 11.58, crowd: 5691 },
  },
  transaction: { work: 2.532 * MILLISECOND, outside: 1.479 * MILLISECOND },
};
const PITBULL = {
  server: {
    cores: 18,
    contention: { sigma: 2.343e-4, kappa: 8.887e-8, cliff: 3476, steepness: 10.02, crowd: 4469 },
  },
  transaction: { work: 2.24 * MILLISECOND, outside: 0.178 * MILLISECOND },
};

test("MariaDB 5.5 on 16 cores keeps its throughput to 2048 threads and falls off a cliff at 4096, as measured", () => {
  const rows = rowsOf([3944, 4725, 4878, 4863, 4732, 4554, 4345, 4103, 1670]);
  expect(misses(FACEBOOK_MARIA1.server, FACEBOOK_MARIA1.transaction, rows, 0.1)).toEqual([]);
});

test("MariaDB 5.5 on 24 cores loses a third at 1024 threads and all but a fortieth at 4096, as measured", () => {
  const rows = rowsOf([6754, 7905, 8152, 7948, 7924, 7587, 5313, 3827, 208]);
  expect(misses(PITBULL.server, PITBULL.transaction, rows, 0.1)).toEqual([]);
});

test("with a thread pool the same two servers keep more than half of their throughput at 4096 clients, as measured", () => {
  for (const [{ server, transaction }, throughputs] of [
    [FACEBOOK_MARIA1, [3822, 4955, 4991, 5017, 4908, 4716, 4610, 4307, 2962]],
    [PITBULL, [6566, 7725, 8108, 8079, 7976, 7793, 7429, 6523, 4456]],
  ] as const) {
    const pooled = { ...server, thread_pool_size: server.cores };
    expect(misses(pooled, transaction, rowsOf(throughputs), 0.1)).toEqual([]);
  }
});

/**
 * Sysbench OLTP on Amazon RDS, 8 virtual cores, data larger than memory (Percona, "Determining Peak Throughput", 2011).
 * Its threads wait for the disk most of the time, so cores are no limit; they disturb each other from the second on.
 */
test("MySQL on RDS rises to a knee at 64 threads and has collapsed at 128, as measured", () => {
  const server = {
    cores: 64,
    contention: { undisturbed: 1, sigma: 0.02355, kappa: 1.78e-6, cliff: 104, steepness: 8.3, floor: 0.389 },
  };
  const transaction = { work: 19.26 * MILLISECOND, outside: 3.586 * MILLISECOND };
  const rows: Row[] = [
    [1, 44],
    [2, 79],
    [4, 183],
    [8, 317],
    [16, 528],
    [32, 671, 885],
    [64, 1254, 1334],
    [80, 1203],
    [96, 734],
    [112, 568],
    [128, 348],
    [256, 195],
  ];
  expect(misses(server, transaction, rows, 0.15)).toEqual([]);
});
