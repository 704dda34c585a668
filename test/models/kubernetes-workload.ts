import * as z from "zod";
import type { ConnectionId } from "../../models/connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../../models/host.ts";
import type { Balancer } from "../../models/kubernetes/balancer.ts";
import type { Container } from "../../models/kubernetes/container.ts";
import type { Deployment } from "../../models/kubernetes/deployment.ts";
import { balancer as balancerKind } from "../../models/kubernetes/kind.ts";
import { buildDeployment, workloadOptions } from "../../models/kubernetes/workload.ts";
import { LOGIN } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import type { Entry, JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { SECOND } from "../../sim/time.ts";
import { type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";

/** A process that takes every session and every call, and counts them. */
export class Taker extends Host implements Container, SessionServer {
  taken = 0;
  starts: number[] = [];
  stops: number[] = [];
  readonly sessions: ConnectionId[] = [];
  private running = false;

  constructor(world: World, path: string) {
    super(world, path, ELSEWHERE);
  }

  start(_because: JournalId): void {
    this.running = true;
    this.starts.push(this.now / SECOND);
  }

  stop(because: JournalId): void {
    this.running = false;
    this.stops.push(this.now / SECOND);
    for (const session of [...this.sessions]) this.cut(session, because);
  }

  cut(session: ConnectionId, because: JournalId): void {
    const holder = this.sim.components[this.world.connections.client[session]!] as SessionHolder;
    this.free(session);
    holder.connectionLost(session, because);
  }

  hangUp(session: ConnectionId): void {
    this.free(session);
    this.world.connections.forget(session);
  }

  receive(request: RequestId): void {
    const { requests } = this.sim;
    if (this.running) {
      this.taken++;
      if (requests.verb[request] === LOGIN) this.admit(requests.connection[request]!);
    }
    this.reply(request, this.running ? OK : REFUSED);
  }

  private admit(session: ConnectionId): void {
    this.world.connections.accept(session, this.id);
    this.sessions.push(session);
  }

  private free(session: ConnectionId): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.world.connections.release(session);
  }
}

/** A world with a deployment "proxysql" of takers, described as in a file, and the hands that operate it. */
export class Workload {
  readonly world: TestWorld;
  readonly deployment: Deployment;
  readonly takers: Taker[] = [];
  private readonly starts: (() => void)[] = [];

  constructor(slots: number, options: Record<string, unknown>, worldOptions: TestWorldOptions = {}) {
    this.world = testWorld({ replicas: { proxysql: slots }, checkEvery: 50, ...worldOptions });
    this.deployment = this.beside("proxysql", options);
  }

  /** One more deployment in the same world. */
  beside(name: string, options: Record<string, unknown>): Deployment {
    const settings = z.strictObject(workloadOptions).parse(options);
    const { deployment, built } = buildDeployment(this.world, name, settings, (world, path) => {
      const taker = new Taker(world, path);
      this.takers.push(taker);
      return taker;
    });
    this.starts.push(() => {
      built.connect();
      built.start();
    });
    return deployment;
  }

  /** A balancer in front of it; to be made before the run begins. */
  balancer(options: Record<string, unknown> = {}): Balancer {
    const settings = balancerKind.options.parse({ to: "proxysql", ...options });
    const built = balancerKind.build(this.world, "entry", settings);
    built.connect();
    return built.component as Balancer;
  }

  begin(): this {
    for (const start of this.starts) start();
    return this;
  }

  until(seconds: number): this {
    this.world.sim.runUntil(Math.round(seconds * SECOND));
    return this;
  }

  scale(to: number): JournalId {
    const action = this.act("scale");
    this.deployment.scale(to, action);
    return action;
  }

  /** Writes down that an operator did something. */
  act(fact: string): JournalId {
    return this.world.sim.journal.action(this.deployment.id, fact, [], {});
  }

  /** What a gauge stands at. */
  gauge(name: string, path = "proxysql"): number {
    const { gauges, gaugeColumns } = this.world.sim.record;
    return gaugeColumns.value[gauges.findIndex((metric) => metric.path === path && metric.name === name)]!;
  }

  /** Everything in the journal that says this. */
  entries(fact: string): Entry[] {
    return this.world.sim.journal.entries.filter((entry) => entry.fact === fact);
  }

  /** Facts of the causes of an entry. */
  causesOf(entry: Entry): string[] {
    return entry.because.map((cause) => this.world.sim.journal.entries[cause]!.fact);
  }
}
