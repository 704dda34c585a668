import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { OutlierDetectionOptions } from "./envoy-options.ts";

/** The number of a host in its cluster. */
export type HostId = number;

/** What a host is ejected for. */
export type EjectionType = "consecutive_5xx" | "consecutive_gateway_failure" | "success_rate" | "failure_percentage";

/** Whoever heeds what is found out about hosts. */
export interface EjectionListener {
  ejected(host: HostId, type: EjectionType): void;
  unejected(host: HostId): void;
  /** A host was to be ejected, but too many are already. */
  ejectionOverflowed(): void;
}

const NEVER = -1;

/**
 * Which hosts of a cluster one Envoy leaves out, from what it has seen of their answers.
 *
 * So many 5xx in a row eject a host at once. A sweep each `interval` ejects hosts whose success rate in the last interval
 * lies far below the others', and brings back whose time is over: base_ejection_time times the number of ejections in a
 * row, which a quiet interval takes one off. Source: source/common/upstream/outlier_detection_impl.cc.
 */
export class OutlierDetection {
  private readonly options: OutlierDetectionOptions;
  private readonly listener: EjectionListener;
  private readonly chance: Stream;
  /** By host: 1 while it belongs to the cluster, and while it is ejected. */
  private readonly member: Uint8Array<ArrayBuffer>;
  private readonly out: Uint8Array<ArrayBuffer>;
  private readonly consecutive5xx: Int32Array<ArrayBuffer>;
  private readonly consecutiveGatewayFailure: Int32Array<ArrayBuffer>;
  private readonly backoff: Int32Array<ArrayBuffer>;
  private readonly ejectedAt: Float64Array<ArrayBuffer>;
  private readonly unejectedAt: Float64Array<ArrayBuffer>;
  private readonly jitter: Float64Array<ArrayBuffer>;
  /** By host: answers since the last sweep, and good ones among them. */
  private readonly total: Int32Array<ArrayBuffer>;
  private readonly success: Int32Array<ArrayBuffer>;
  /** Hosts of the cluster, and ejected ones among them. */
  private members = 0;
  active = 0;

  constructor(options: OutlierDetectionOptions, hosts: number, listener: EjectionListener, chance: Stream) {
    this.options = options;
    this.listener = listener;
    this.chance = chance;
    this.member = new Uint8Array(hosts);
    this.out = new Uint8Array(hosts);
    this.consecutive5xx = new Int32Array(hosts);
    this.consecutiveGatewayFailure = new Int32Array(hosts);
    this.backoff = new Int32Array(hosts);
    this.ejectedAt = new Float64Array(hosts);
    this.unejectedAt = new Float64Array(hosts).fill(NEVER);
    this.jitter = new Float64Array(hosts);
    this.total = new Int32Array(hosts);
    this.success = new Int32Array(hosts);
  }

  isEjected(host: HostId): boolean {
    return this.out[host] === 1;
  }

  /** A host joins the cluster; nothing is known of it. */
  add(host: HostId): void {
    if (this.member[host] === 1) return;
    this.member[host] = 1;
    this.members++;
    this.backoff[host] = 0;
    this.unejectedAt[host] = NEVER;
    this.total[host] = 0;
    this.success[host] = 0;
    this.forgive(host);
  }

  /** A host leaves the cluster. */
  remove(host: HostId): void {
    if (this.member[host] === 0) return;
    this.member[host] = 0;
    this.members--;
    if (this.out[host] === 1) this.bringBack(host);
  }

  /** A host has answered with this status, or Envoy on its behalf. */
  put(host: HostId, status: number, now: Micros): void {
    if (this.member[host] === 0) return;
    this.total[host]!++;
    if (status < 500) {
      this.success[host]!++;
      return this.forgive(host);
    }
    if (status < 502 || status > 504) this.consecutiveGatewayFailure[host] = 0;
    else if (++this.consecutiveGatewayFailure[host]! === this.options.consecutive_gateway_failure) {
      this.detect(host, "consecutive_gateway_failure", now);
    }
    if (++this.consecutive5xx[host]! === this.options.consecutive_5xx) this.detect(host, "consecutive_5xx", now);
  }

  /** Brings hosts back whose time is over and judges the rates of the interval that ends now. */
  sweep(now: Micros): void {
    const { length } = this.member;
    for (let host = 0; host < length; host++) if (this.isOver(host, now)) this.uneject(host, now);
    this.judgeRates(now);
    this.total.fill(0);
    this.success.fill(0);
    for (let host = 0; host < length; host++) {
      const isQuiet = this.unejectedAt[host]! >= 0 && now - this.unejectedAt[host]! >= this.options.interval;
      if (this.out[host] === 0 && isQuiet && this.backoff[host]! > 0) this.backoff[host]!--;
    }
  }

  private isOver(host: HostId, now: Micros): boolean {
    const { base_ejection_time, max_ejection_time } = this.options;
    const time = Math.min(base_ejection_time * this.backoff[host]!, max_ejection_time) + this.jitter[host]!;
    return this.out[host] === 1 && now - this.ejectedAt[host]! >= time;
  }

  private judgeRates(now: Micros): void {
    const { options } = this;
    const judged = [...this.member.keys()].filter((host) => this.member[host] === 1 && this.out[host] === 0);
    const rated = judged.filter((host) => this.total[host]! >= options.success_rate_request_volume);
    const counted = judged.filter((host) => this.total[host]! >= options.failure_percentage_request_volume);
    if (rated.length >= options.success_rate_minimum_hosts) {
      const rates = rated.map((host) => this.rateOf(host));
      const threshold = ejectionThreshold(rates, options.success_rate_stdev_factor / 1000);
      for (const [at, host] of rated.entries()) if (rates[at]! < threshold) this.eject(host, "success_rate", now);
    }
    if (counted.length < options.failure_percentage_minimum_hosts) return;
    for (const host of counted) {
      if (100 - this.rateOf(host) >= options.failure_percentage_threshold) this.eject(host, "failure_percentage", now);
    }
  }

  /** In percent. */
  private rateOf(host: HostId): number {
    return (100 * this.success[host]!) / this.total[host]!;
  }

  private detect(host: HostId, type: "consecutive_5xx" | "consecutive_gateway_failure", now: Micros): void {
    if (this.out[host] === 1) return;
    this.eject(host, type, now);
    if (type === "consecutive_5xx") this.consecutive5xx[host] = 0;
    else this.consecutiveGatewayFailure[host] = 0;
  }

  private eject(host: HostId, type: EjectionType, now: Micros): void {
    const { options } = this;
    if (this.out[host] === 1) return;
    const percent = (100 * (this.active + 1)) / this.members;
    const isFirst = options.always_eject_one_host && this.active === 0;
    if (!isFirst && percent > options.max_ejection_percent) return this.listener.ejectionOverflowed();
    if (!this.isEnforced(type)) return;
    this.out[host] = 1;
    this.active++;
    this.ejectedAt[host] = now;
    this.jitter[host] =
      options.max_ejection_time_jitter === 0 ? 0 : Math.floor(this.chance.next() * options.max_ejection_time_jitter);
    const grows =
      this.backoff[host]! * options.base_ejection_time < options.max_ejection_time + options.base_ejection_time;
    if (grows) this.backoff[host]!++;
    this.listener.ejected(host, type);
  }

  private isEnforced(type: EjectionType): boolean {
    const percent = this.options[`enforcing_${type}`];
    return percent === 100 || (percent > 0 && this.chance.next() * 100 < percent);
  }

  private uneject(host: HostId, now: Micros): void {
    this.unejectedAt[host] = now;
    this.forgive(host);
    this.bringBack(host);
  }

  private bringBack(host: HostId): void {
    this.out[host] = 0;
    this.active--;
    this.listener.unejected(host);
  }

  private forgive(host: HostId): void {
    this.consecutive5xx[host] = 0;
    this.consecutiveGatewayFailure[host] = 0;
  }
}

/** The success rate, in percent, below which a host is an outlier: mean - factor x standard deviation. */
export function ejectionThreshold(rates: readonly number[], factor: number): number {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) * (rate - mean), 0) / rates.length;
  return mean - factor * Math.sqrt(variance);
}
