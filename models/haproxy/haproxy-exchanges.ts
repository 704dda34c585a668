import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { type ExchangeId, Exchanges, longer, NOBODY } from "../proxy/exchanges.ts";

/** The streams that one HAProxy has in hand. `tries` counts retries, `peer` is the server whose slot it holds. */
export class HaproxyExchanges extends Exchanges {
  /** The server that it was last assigned to, or NOBODY. */
  target = new Int32Array(0);
  /** When it began to wait in a queue. */
  queuedAt = new Float64Array(0);

  override take(request: RequestId, now: Micros): ExchangeId {
    const exchange = super.take(request, now);
    this.target[exchange] = NOBODY;
    return exchange;
  }

  protected override grow(to: number): void {
    super.grow(to);
    this.target = longer(this.target, to);
    this.queuedAt = longer(this.queuedAt, to);
  }
}
