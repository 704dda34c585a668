import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { type ExchangeId, Exchanges, longer } from "../proxy/exchanges.ts";
import { PRIMARY } from "./round-robin.ts";

/** The requests that one nginx process has in hand. `tries` is how many servers each may still be sent to. */
export class NginxExchanges extends Exchanges {
  /** The worker process that has it. */
  worker = new Int32Array(0);
  /** Whether it has come to the backup servers. */
  group = new Uint8Array(0);
  /** 1 while it travels on a connection that was kept alive. */
  cached = new Uint8Array(0);
  /** 1 while its worker reads it on a core that is shared. */
  reading = new Uint8Array(0);
  /** 1 once it has been sent to any server. */
  asked = new Uint8Array(0);
  /** By exchange and server: 1 if it has been there. */
  tried = new Uint8Array(0);
  private width = 0;

  /** How many servers there are; called before any request comes. */
  setWidth(servers: number): void {
    this.width = servers;
  }

  override take(request: RequestId, now: Micros): ExchangeId {
    const exchange = super.take(request, now);
    this.cached[exchange] = 0;
    this.reading[exchange] = 0;
    this.asked[exchange] = 0;
    this.turnTo(exchange, PRIMARY);
    return exchange;
  }

  /** From now on it is sent to servers of this group, none of which has seen it. */
  turnTo(exchange: ExchangeId, group: number): void {
    const from = this.offset(exchange);
    this.group[exchange] = group;
    this.tried.fill(0, from, from + this.width);
  }

  /** Where its servers begin in `tried`. */
  offset(exchange: ExchangeId): number {
    return exchange * this.width;
  }

  protected override grow(to: number): void {
    super.grow(to);
    this.worker = longer(this.worker, to);
    this.group = longer(this.group, to);
    this.cached = longer(this.cached, to);
    this.reading = longer(this.reading, to);
    this.asked = longer(this.asked, to);
    this.tried = longer(this.tried, to * this.width);
  }
}
