import type { Stream } from "../../sim/random.ts";
import { NOBODY } from "../proxy/exchanges.ts";
import type { LbPolicy } from "./envoy-options.ts";
import type { HostId } from "./outlier-detection.ts";

/** Hosts that LEAST_REQUEST draws (choice_count). */
const CHOICES = 2;

/** Chooses a host for each request (source/extensions/load_balancing_policies/). */
export class LoadBalancer {
  private readonly policy: LbPolicy;
  private readonly chance: Stream;
  private turn: number;

  constructor(policy: LbPolicy, chance: Stream) {
    this.policy = policy;
    this.chance = chance;
    this.turn = Math.floor(chance.next() * 0x100000000);
  }

  /** @param active by host: requests that it works on. Returns NOBODY without any host. */
  choose(among: readonly HostId[], active: Int32Array): HostId {
    if (among.length === 0) return NOBODY;
    if (this.policy === "ROUND_ROBIN") return among[this.turn++ % among.length]!;
    let best = this.draw(among);
    for (let choice = 1; choice < CHOICES && this.policy === "LEAST_REQUEST"; choice++) {
      const other = this.draw(among);
      if (active[other]! < active[best]!) best = other;
    }
    return best;
  }

  private draw(among: readonly HostId[]): HostId {
    return among[this.chance.integer(among.length)]!;
  }
}
