import { expect, test } from "vitest";
import { nameOf } from "../../models/error.ts";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { Run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import type { Stream } from "../../sim/random.ts";
import { type Entry, type JournalId, NONE } from "../../sim/record/journal.ts";
import { type Outcome, TIMED_OUT } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { CASES } from "./every-scenario.ts";

const PICKED = 100;

/** Facts that say that something has no more to give. */
const LIMITS = [
  "accept-queue-full",
  "bandwidth-saturated",
  "packets-dropped",
  "connection-limit-reached",
  "conntrack-table-full",
  "dns-lookups-fail",
  "frontend-full",
  "no-ephemeral-ports",
  "pods-pending",
  "pool-at-max_connections",
  "pool-exhausted",
  "queue-full",
  "syn-queue-full",
  "workers-all-busy",
];

/** A failed attempt: how it ended, of what class, and what the journal says it was because of. */
interface Failure {
  readonly load: number;
  readonly outcome: Outcome;
  readonly class: string;
  readonly because: JournalId;
}

function failuresOf({ loads, world }: Run): Failure[] {
  return loads.flatMap(({ id, failures }) =>
    Array.from({ length: failures.length }, (_, row) => ({
      load: id,
      outcome: failures.outcome[row]!,
      class: world.classes[failures.kind[row]!]!.name,
      because: failures.because[row]!,
    })),
  );
}

/** So many of a list, by chance, each at most once. */
function picked<T>(list: readonly T[], count: number, chance: Stream): T[] {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(chance.integer(left.length), 1)[0]!);
}

/** The chain of main causes, from what is nearest to the failure to where it ends. */
function chainOf(journal: readonly Entry[], because: JournalId): Entry[] {
  const chain: Entry[] = [];
  for (let id = because; id !== NONE; id = chain[chain.length - 1]!.because[0] ?? NONE) {
    expect(id, "a cause comes before what it causes").toBeLessThan(chain[chain.length - 1]?.id ?? journal.length);
    chain.push(journal[id]!);
  }
  return chain;
}

test.each(CASES)(
  "what made anybody in %s fail goes back to an action or to a limit, or they wanted too much",
  (_, one) => {
    const run = one.runTo(one.scenario.duration, { record: false });
    const { entries } = run.world.sim.journal;
    const chance = new Simulation({ seed: "failures" }).streams.stream(one.title, "failure");
    for (const { outcome, load, because } of picked(failuresOf(run), PICKED, chance)) {
      const chain = chainOf(entries, because);
      const told = `${nameOf(outcome)}: ${chain.map(({ fact, id }) => `${fact} (${id})`).join(" <- ")}`;
      const [nearest, end] = [chain[0], chain[chain.length - 1]];
      if (outcome === TIMED_OUT && end === undefined) continue;
      expect(end?.sort === "action" || LIMITS.includes(end?.fact ?? ""), told).toBe(true);
      const isLoadItself = nearest!.sort === "action" && nearest!.component === load;
      expect(isLoadItself && outcome !== TIMED_OUT, `${told}: only patience ends for no better cause`).toBe(false);
    }
  },
);

/** The chains of causes of all failed attempts, each once, as facts, the nearest first; "own demand" has none. */
function chainsIn(text: string): string[][] {
  const { scenario, problems } = loadInput({ file: "story.yaml", text, attachments: new Map() }, { overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const run = new Run(scenario);
  run.advance();
  const { entries } = run.world.sim.journal;
  const chains = failuresOf(run).map(({ class: kind, because }) => {
    return [kind, ...chainOf(entries, because).map(({ fact }) => fact)].join(" ");
  });
  return [...new Set(chains)].map((chain) => chain.split(" "));
}

/** Ten people per second with a patience of 2 s ask a service that runs their statements at a database. */
function story({
  components,
  classes,
  timeline = "",
  bandwidth = "unlimited",
  buffer = "25ms",
  linkLocal = "1024",
}: Record<string, string>) {
  return `
name: story
title: People fail for one cause
duration: 30s
zones: [a]
nodes:
  - { group: app, zone: a }
  - { group: proxy, zone: a, linkLocal: ${linkLocal}, bandwidth: { base: ${bandwidth}, buffer: ${buffer} } }
timeline: [${timeline}]
components:
  people: { kind: load, to: lb, rate: 10/s, patience: 2s, classes: [${classes}] }
  lb: { kind: balancer, to: app }
  db: { kind: mysql, max_connections: 5000 }
  ${components}`;
}

const POOL = "pool: { kind: mysql2, connectionLimit: 0 }";
const NO_POOL = "pool: { kind: per-request }";

function throughProxysql(pool: string, connections = 1000, variables = "{}"): string {
  return `app: { kind: service, nodes: app, to: proxies, ${pool} }
  proxies: { kind: balancer, to: proxysql }
  proxysql:
    kind: proxysql
    nodes: proxy
    variables: ${variables}
    mysql_servers: [{ hostname: db, max_connections: ${connections} }]
    mysql_users: [{ username: app }]`;
}

/** Every failure has this among its causes, and there is one. */
function expectEachDueTo(fact: string, chains: readonly string[][]): void {
  expect(chains).not.toEqual([]);
  expect(chains.filter((chain) => !chain.includes(fact))).toEqual([]);
}

test("who waits in ProxySQL until patience ends fails because its connections are all in use", () => {
  const components = throughProxysql(NO_POOL, 1);
  const chains = chainsIn(story({ components, classes: "{ name: all, waits: 150ms }" }));
  expectEachDueTo("pool-at-max_connections", chains);
});

test("who waits in the network until patience ends fails because its bandwidth is used up", () => {
  const network = { bandwidth: "8Mbit/s", buffer: "20s" };
  const components = throughProxysql(POOL);
  expectEachDueTo(
    "bandwidth-saturated",
    chainsIn(story({ ...network, components, classes: "{ name: all, reply: 300KiB }" })),
  );
});

test("who waits for a login that the network holds up fails because of its bandwidth", () => {
  const network = { bandwidth: "8Mbit/s", buffer: "100ms" };
  const components = throughProxysql(NO_POOL);
  const chains = chainsIn(story({ ...network, components, classes: "{ name: all, request: 300KiB }" }));
  expectEachDueTo("bandwidth-saturated", chains);
});

test("who waits for ProxySQL while it cannot look a name up fails because of that", () => {
  const components = throughProxysql(POOL, 1000, "{ mysql-connect_timeout_server: 10s }");
  const chains = chainsIn(story({ linkLocal: "1", components, classes: "{ name: all }" }));
  expectEachDueTo("dns-lookups-fail", chains);
});

test("who waits for a database that was slowed down fails because of that", () => {
  const timeline = "{ at: 5s, do: slow, target: db, by: 200 }";
  const components = `app: { kind: service, to: db, ${POOL} }`;
  expectEachDueTo("slowed", chainsIn(story({ components, timeline, classes: "{ name: all, work: 20ms }" })));
});

test("who is cut off fails because of that", () => {
  const timeline = "{ at: 5s, do: cut, target: proxy, lasting: 10s }";
  expectEachDueTo(
    "cut-off",
    chainsIn(story({ components: throughProxysql(POOL), timeline, classes: "{ name: all }" })),
  );
});

test("who wants what takes longer than they have patience for fails for no other cause", () => {
  const components = `app: { kind: service, to: db, ${POOL} }`;
  const classes = "{ name: little, waits: 1900ms }, { name: too-much, waits: 2s }";
  expect(chainsIn(story({ components, classes }))).toEqual([["too-much"]]);
});

test("who asks a database that has ended fails because of that, with a pool, without one and through ProxySQL", () => {
  const timeline = "{ at: 5s, do: stop, target: db }";
  const systems = [POOL, NO_POOL].map((pool) => `app: { kind: service, to: db, ${pool} }`);
  for (const components of [...systems, throughProxysql(NO_POOL)]) {
    expectEachDueTo("stopped", chainsIn(story({ components, timeline, classes: "{ name: all, waits: 20ms }" })));
  }
});

test("who waits for a database whose host has frozen fails because of that", () => {
  const timeline = "{ at: 5s, do: cut, target: db, lasting: 10s }";
  for (const pool of [POOL, NO_POOL]) {
    const components = `app: { kind: service, to: db, ${pool} }`;
    expectEachDueTo("cut-off", chainsIn(story({ components, timeline, classes: "{ name: all, work: 5ms }" })));
  }
});

test("who wants to write to a replica fails because it is read-only", () => {
  const components = `app: { kind: service, to: replica, ${POOL} }
  replica: { kind: mysql, replicates: db }`;
  expectEachDueTo("writes-refused", chainsIn(story({ components, classes: "{ name: all, writes: true }" })));
});

test("who waits for pages from a disk that has too much to do fails because of that", () => {
  const components = `app: { kind: service, to: store, ${POOL} }
  store: { kind: mysql, workingSet: 10GiB, disk: { medium: hdd, parallel: 4 } }`;
  expectEachDueTo("disk-saturated", chainsIn(story({ components, classes: "{ name: all, pageReads: 60 }" })));
});
