import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { type ExchangeId, Exchanges, longer } from "../proxy/exchanges.ts";

/** The requests that one Envoy has in hand. `tries` counts retries, `peer` is the host, `deadline` that of the route. */
export class EnvoyExchanges extends Exchanges {
  /** 1 while it counts among the retries under way. */
  isRetry = new Uint8Array(0);

  override take(request: RequestId, now: Micros): ExchangeId {
    const exchange = super.take(request, now);
    this.isRetry[exchange] = 0;
    return exchange;
  }

  protected override grow(to: number): void {
    super.grow(to);
    this.isRetry = longer(this.isRetry, to);
  }
}
