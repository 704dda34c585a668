import type { Stream } from "../../sim/random.ts";
import { NOBODY } from "../proxy/exchanges.ts";

export type Algorithm = "roundrobin" | "leastconn" | "random" | "first";

/** The number of a server in its backend. */
export type ServerId = number;

/** A server as the balancing algorithms see it. */
export interface Candidate {
  readonly weight: number;
  /** Streams that have a slot on it. */
  readonly served: number;
  /** Whether it has no slot left for one more. */
  readonly isFull: boolean;
  /** The same with the places of its own queue counted as slots. */
  readonly isFullWithQueue: boolean;
}

/** Chooses among the servers that may be used now. */
export class Balance {
  private readonly algorithm: Algorithm;
  private readonly chance: Stream;
  /** roundrobin: how far each server is from its turn. */
  private readonly current: Float64Array<ArrayBuffer>;
  /** leastconn: by server, when its load last changed; among equals the one that has waited longest comes first. */
  private readonly changed: Float64Array<ArrayBuffer>;
  private changes = 0;

  constructor(algorithm: Algorithm, servers: number, chance: Stream) {
    this.algorithm = algorithm;
    this.chance = chance;
    this.current = new Float64Array(servers);
    this.changed = Float64Array.from({ length: servers }, (_, server) => server - servers);
  }

  /** Whether a queue in front of the backend means that all of its servers are full. */
  get queueMeansFull(): boolean {
    return this.algorithm === "roundrobin" || this.algorithm === "first";
  }

  /** Whether another turn brings a retry to another server at once. */
  get takesTurns(): boolean {
    return this.algorithm === "roundrobin" || this.algorithm === "random";
  }

  /**
   * The server for a stream; NOBODY if all are full.
   * @param usable numbers of the servers that may be used, ascending.
   * @param avoid the server that the stream comes from, which is taken only if there is no other.
   */
  choose(usable: readonly ServerId[], servers: readonly Candidate[], avoid: ServerId): ServerId {
    if (this.algorithm === "random") return this.random(usable, servers, avoid);
    if (this.algorithm === "roundrobin") return this.roundrobin(usable, servers, avoid);
    const isFull = this.algorithm === "leastconn" ? "isFullWithQueue" : "isFull";
    const free = usable.filter((server) => !servers[server]![isFull]);
    const others = free.filter((server) => server !== avoid);
    const [best = NOBODY] = this.algorithm === "first" ? others : this.byLoad(others, servers);
    return best === NOBODY && free.length > 0 ? avoid : best;
  }

  /** The load of a server has changed. */
  reposition(server: ServerId): void {
    this.changed[server] = this.changes++;
  }

  /** Smooth: the turns of a heavy server are spread over the round. A full one takes no part (src/lb_fwrr.c). */
  private roundrobin(usable: readonly ServerId[], servers: readonly Candidate[], avoid: ServerId): ServerId {
    const { current } = this;
    let best = NOBODY;
    let total = 0;
    for (const server of usable) {
      const { isFull, weight } = servers[server]!;
      if (isFull) continue;
      current[server]! += weight;
      total += weight;
      if (best === NOBODY || best === avoid) best = server;
      else if (server !== avoid && current[server]! > current[best]!) best = server;
    }
    if (best !== NOBODY) current[best]! -= total;
    return best;
  }

  /** Fewest streams for its weight first; whoever is new to that load comes last (src/lb_fwlc.c). */
  private byLoad(among: ServerId[], servers: readonly Candidate[]): ServerId[] {
    const key = (server: ServerId) => {
      const { served, weight } = servers[server]!;
      return served === 0 ? 0 : (served + 1) / weight;
    };
    return among.sort((one, other) => key(one) - key(other) || this.changed[one]! - this.changed[other]!);
  }

  /** The less loaded of two drawn by weight; if that one is full, none (src/backend.c get_server_rnd). */
  private random(usable: readonly ServerId[], servers: readonly Candidate[], avoid: ServerId): ServerId {
    const others = usable.filter((server) => server !== avoid);
    const among = others.length > 0 ? others : usable;
    const [first, second] = [this.draw(among, servers), this.draw(among, servers)];
    const one = servers[first]!;
    const other = servers[second]!;
    const best = other.served * one.weight > one.served * other.weight ? first : second;
    return servers[best]!.isFull ? NOBODY : best;
  }

  private draw(among: readonly ServerId[], servers: readonly Candidate[]): ServerId {
    const total = among.reduce((sum, server) => sum + servers[server]!.weight, 0);
    let left = this.chance.next() * total;
    for (const server of among) {
      left -= servers[server]!.weight;
      if (left < 0) return server;
    }
    return among[among.length - 1]!;
  }
}
