import * as z from "zod";
import type { Deed } from "../../models/deed.ts";
import type { FloatingAddress } from "../../models/keepalived/floating-address.ts";
import type { Keepalived } from "../../models/keepalived/keepalived.ts";
import { floatingAddress, keepalived } from "../../models/keepalived/kind.ts";
import type { Built, Kind } from "../../models/kind.ts";
import { buildDeployment, workloadOptions } from "../../models/kubernetes/workload.ts";
import type { Entry } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";
import { Taker } from "./kubernetes-workload.ts";

/**
 * Two hosts, "host1" and "host2", that share the address "vip", each with a process of its own ("process1",
 * "process2") that takes every session and call; described as in a file, and the hands that operate them.
 */
export class FloatingPair {
  readonly world: TestWorld;
  readonly address: FloatingAddress;
  private readonly built = new Map<string, Built>();

  /** @param options of the hosts, by name; what both have is in `common`. */
  constructor({ host1 = {}, host2 = {}, common = {} }: PairOptions = {}, worldOptions: TestWorldOptions = {}) {
    this.world = testWorld({ checkEvery: 1, ...worldOptions });
    for (const [at, own] of [host1, host2].entries()) {
      const { nodes, ...settings } = { nodes: [], ...common, ...own };
      this.process(`process${at + 1}`, nodes);
      this.add(`host${at + 1}`, keepalived, { target: `process${at + 1}`, ...settings });
    }
    this.add("vip", floatingAddress, { hosts: ["host1", "host2"] });
    this.address = this.world.find("vip") as FloatingAddress;
    for (const each of this.built.values()) each.connect();
    for (const each of this.built.values()) each.start();
  }

  /** Both hosts have been down, and come up at the same moment: from then on no timer is left to chance. */
  startedAt(seconds: number): this {
    for (const host of ["host1", "host2"]) this.at(0.001, { do: "stop" }, host);
    for (const host of ["host1", "host2"]) this.at(seconds, { do: "start" }, host);
    return this;
  }

  until(seconds: number): this {
    this.world.sim.runUntil(Math.round(seconds * SECOND));
    return this;
  }

  /** Lets the time pass until an instant, and then does something. */
  at(seconds: number, deed: Deed, path: string): this {
    this.until(seconds);
    const fact = { stop: "stopped", start: "started" }[deed.do as "stop" | "start"] ?? deed.do;
    const because = this.world.sim.journal.action(this.world.find(path).id, fact, [], {});
    this.built.get(path)!.act!(deed, because);
    return this;
  }

  kill(seconds: number, process: string): this {
    return this.at(seconds, { do: "stop" }, process);
  }

  revive(seconds: number, process: string): this {
    return this.at(seconds, { do: "start" }, process);
  }

  stateOf(host: string): number {
    return (this.world.find(host) as Keepalived).instance.state;
  }

  /** When a component told a fact, in microseconds, from an instant on. */
  times(path: string, fact: string, from = 0): Micros[] {
    return this.entries(path, fact)
      .map(({ at }) => at)
      .filter((at) => at >= from * SECOND);
  }

  entries(path: string, fact: string): Entry[] {
    const { id } = this.world.find(path);
    return this.world.sim.journal.entries.filter((entry) => entry.component === id && entry.fact === fact);
  }

  /** Facts from an entry back along the main causes. */
  chainOf(entry: Entry): string[] {
    const [first] = entry.because;
    return [entry.fact, ...(first === undefined ? [] : this.chainOf(this.world.sim.journal.entries[first]!))];
  }

  private process(path: string, nodes: unknown): void {
    const settings = z.strictObject(workloadOptions).parse({ nodes });
    const { built } = buildDeployment(this.world, path, settings, (world, pod) => new Taker(world, pod));
    this.built.set(path, built);
  }

  private add(path: string, kind: Kind, options: Record<string, unknown>): void {
    this.built.set(path, kind.build(this.world, path, kind.options.parse(options)));
  }
}

type HostOptions = Record<string, unknown>;

interface PairOptions {
  readonly host1?: HostOptions;
  readonly host2?: HostOptions;
  readonly common?: HostOptions;
}
