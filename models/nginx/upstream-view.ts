import type { JournalId } from "../../sim/record/journal.ts";
import { isNamed } from "../proxy/endpoint.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import type { NginxExchanges } from "./nginx-exchanges.ts";
import type { NginxGroup } from "./nginx-group.ts";
import { BACKUP, type PeerId, RoundRobin } from "./round-robin.ts";

/** What the workers of one nginx process know of the servers of the upstream: each for itself unless there is a `zone`. */
export class UpstreamView {
  private readonly group: NginxGroup;
  private readonly exchanges: NginxExchanges;
  /** By worker. */
  private readonly balancers: readonly RoundRobin[];
  /** By worker and server: 1 while the worker skips the server. */
  private readonly disabled: Uint8Array<ArrayBuffer>;

  constructor(group: NginxGroup, exchanges: NginxExchanges) {
    const { worker_processes, zone } = group.options;
    const balancers = Array.from({ length: zone ? 1 : worker_processes }, () => new RoundRobin(group.peers));
    this.group = group;
    this.exchanges = exchanges;
    this.balancers = Array.from({ length: worker_processes }, (_, worker) => balancers[zone ? 0 : worker]!);
    this.disabled = new Uint8Array(worker_processes * group.peers.length);
  }

  /** The process reads its configuration: names are looked up, once for all time. */
  configure(): void {
    const { endpoints } = this.group;
    for (const balancer of this.balancers) balancer.configure((peer) => isNamed(endpoints[peer]!));
  }

  /** The process has ended and forgets everything. */
  forget(): void {
    const { entries, peers } = this.group;
    for (let at = 0; at < this.disabled.length; at++) {
      if (this.disabled[at] === 1) entries[at % peers.length]!.enable();
    }
    this.disabled.fill(0);
  }

  /** How many servers a request may be sent to. */
  triesOf(exchange: ExchangeId): number {
    const { tries } = this.balancerOf(exchange);
    const most = this.group.options.proxy_next_upstream_tries;
    return most > 0 ? Math.min(most, tries) : tries;
  }

  /** The server that a request is to be sent to next, backup servers last; NOBODY if there is none. */
  get(exchange: ExchangeId, now: number): PeerId {
    const { exchanges } = this;
    const balancer = this.balancerOf(exchange);
    const offset = exchanges.offset(exchange);
    const peer = balancer.get(exchanges.group[exchange]!, exchanges.tried, offset, now);
    if (peer !== NOBODY || exchanges.group[exchange] === BACKUP) return peer;
    exchanges.turnTo(exchange, BACKUP);
    return balancer.get(BACKUP, exchanges.tried, offset, now);
  }

  /** The server of a request has answered, or the client has left. */
  free(exchange: ExchangeId): void {
    const peer = this.exchanges.peer[exchange]!;
    const clears = this.balancerOf(exchange).free(peer);
    const at = this.placeOf(exchange);
    if (!clears || this.disabled[at] === 0) return;
    this.disabled[at] = 0;
    this.group.entries[peer]!.enable();
  }

  /** The server of a request has failed. */
  fail(exchange: ExchangeId, now: number, because: readonly JournalId[]): void {
    const peer = this.exchanges.peer[exchange]!;
    const entry = this.group.entries[peer]!;
    entry.fails.add();
    const at = this.placeOf(exchange);
    if (!this.balancerOf(exchange).freeFailed(peer, now) || this.disabled[at] === 1) return;
    this.disabled[at] = 1;
    entry.disable(because, this.group.peers[peer]!.max_fails);
  }

  private balancerOf(exchange: ExchangeId): RoundRobin {
    return this.balancers[this.exchanges.worker[exchange]!]!;
  }

  /** What workers share is written down as the first one's. */
  private placeOf(exchange: ExchangeId): number {
    const worker = this.group.options.zone ? 0 : this.exchanges.worker[exchange]!;
    return worker * this.group.peers.length + this.exchanges.peer[exchange]!;
  }
}
