import { NOBODY } from "../proxy/exchanges.ts";

/** A server of an upstream, as the configuration has it; `fail_timeout` in whole seconds. */
export interface PeerOptions {
  readonly weight: number;
  readonly max_fails: number;
  readonly fail_timeout: number;
  /** 0 is no limit. */
  readonly max_conns: number;
  readonly backup: boolean;
  readonly down: boolean;
}

/** The number of a server in its upstream. */
export type PeerId = number;
export type PeerGroup = number;
export const PRIMARY: PeerGroup = 0;
export const BACKUP: PeerGroup = 1;

const LONG_AGO = -1_000_000_000;

/**
 * Smooth weighted round robin over the servers of an upstream, with nginx's account of failures.
 *
 * Each server in turn gains its effective weight, and whoever has most then loses what all have gained. A server with
 * `max_fails` failures is skipped while at most `fail_timeout` whole seconds have passed since it was last checked; then
 * one request may check it, and a success clears it. A failure takes weight / max_fails off the effective weight, which
 * regains 1 each time that the server is considered. A single server is never skipped.
 * Source: src/http/ngx_http_upstream_round_robin.c (1.11.5 and later: nobody is cleared when all are skipped).
 */
export class RoundRobin {
  private readonly options: readonly PeerOptions[];
  /** By server: 1 if its name stood for an address when the configuration was read. */
  private readonly named: Uint8Array<ArrayBuffer>;
  private readonly current_weight: Int32Array<ArrayBuffer>;
  private readonly effective_weight: Int32Array<ArrayBuffer>;
  readonly fails: Int32Array<ArrayBuffer>;
  private readonly conns: Int32Array<ArrayBuffer>;
  /** By server: the second in which it failed last, and the one in which it was last tried after a pause or failed. */
  private readonly accessed: Float64Array<ArrayBuffer>;
  private readonly checked: Float64Array<ArrayBuffer>;
  private isSingle = false;
  /** How many servers a request may be tried on. */
  tries = 0;

  constructor(options: readonly PeerOptions[]) {
    const { length } = options;
    this.options = Object.freeze([...options]);
    this.named = new Uint8Array(length);
    this.current_weight = new Int32Array(length);
    this.effective_weight = new Int32Array(length);
    this.fails = new Int32Array(length);
    this.conns = new Int32Array(length);
    this.accessed = new Float64Array(length);
    this.checked = new Float64Array(length);
  }

  /** Reads the configuration: these servers have an address, and nothing is known of any. */
  configure(isNamed: (peer: PeerId) => boolean): void {
    for (const [peer, { weight }] of this.options.entries()) {
      this.named[peer] = isNamed(peer) ? 1 : 0;
      this.effective_weight[peer] = weight;
    }
    this.current_weight.fill(0);
    this.fails.fill(0);
    this.conns.fill(0);
    this.accessed.fill(LONG_AGO);
    this.checked.fill(LONG_AGO);
    const named = this.options.filter((_, peer) => this.named[peer] === 1);
    this.isSingle = named.length === 1 && !named[0]!.backup;
    this.tries = named.filter(({ down }) => !down).length;
  }

  /**
   * The server of a group whose turn it is; NOBODY if all are down, skipped, full or tried already.
   * @param tried by server, from `offset` on: 1 if this request has been sent there before; the choice is added.
   * @param now in whole seconds.
   */
  get(group: PeerGroup, tried: Uint8Array, offset: number, now: number): PeerId {
    if (this.isSingle) return this.getSingle();
    const { current_weight, effective_weight } = this;
    let best = NOBODY;
    let total = 0;
    for (let peer = 0; peer < this.options.length; peer++) {
      const { weight, backup } = this.options[peer]!;
      if (Number(backup) !== group || tried[offset + peer] === 1 || !this.isAvailable(peer, now)) continue;
      current_weight[peer]! += effective_weight[peer]!;
      total += effective_weight[peer]!;
      if (effective_weight[peer]! < weight) effective_weight[peer]!++;
      if (best === NOBODY || current_weight[peer]! > current_weight[best]!) best = peer;
    }
    if (best === NOBODY) return NOBODY;
    tried[offset + best] = 1;
    current_weight[best]! -= total;
    if (now - this.checked[best]! > this.options[best]!.fail_timeout) this.checked[best] = now;
    this.conns[best]!++;
    return best;
  }

  /** A request is done with a server, which answered it or was left by the client; true if that clears its failures. */
  free(peer: PeerId): boolean {
    this.conns[peer]!--;
    if (this.isSingle || this.accessed[peer]! >= this.checked[peer]!) return false;
    const clears = this.fails[peer]! > 0;
    this.fails[peer] = 0;
    return clears;
  }

  /** A request has failed on a server; true if that makes others skip it. */
  freeFailed(peer: PeerId, now: number): boolean {
    const { weight, max_fails } = this.options[peer]!;
    this.conns[peer]!--;
    if (this.isSingle) return false;
    this.fails[peer]!++;
    this.accessed[peer] = now;
    this.checked[peer] = now;
    if (max_fails === 0) return false;
    this.effective_weight[peer] = Math.max(0, this.effective_weight[peer]! - Math.trunc(weight / max_fails));
    return this.fails[peer]! >= max_fails;
  }

  private getSingle(): PeerId {
    const peer = this.named.indexOf(1);
    const { down, max_conns } = this.options[peer]!;
    if (down || (max_conns > 0 && this.conns[peer]! >= max_conns)) return NOBODY;
    this.conns[peer]!++;
    return peer;
  }

  private isAvailable(peer: PeerId, now: number): boolean {
    const { down, max_fails, fail_timeout, max_conns } = this.options[peer]!;
    if (down || this.named[peer] === 0) return false;
    const isSkipped = max_fails > 0 && this.fails[peer]! >= max_fails && now - this.checked[peer]! <= fail_timeout;
    return !isSkipped && (max_conns === 0 || this.conns[peer]! < max_conns);
  }
}
