import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { RetryPolicyOptions } from "./envoy-options.ts";

/** max_interval is so many times base_interval unless it is given. */
const MAX_FACTOR = 10;

/**
 * The pause before a retry, by chance anything below base_interval for the first and twice as much for each further one,
 * up to max_interval. Source: source/common/common/backoff_strategy.cc (JitteredExponentialBackOffStrategy).
 * @param retries retries that the request has had before.
 */
export function retryPause({ retry_back_off }: RetryPolicyOptions, retries: number, chance: Stream): Micros {
  const { base_interval, max_interval = MAX_FACTOR * base_interval } = retry_back_off;
  let most = base_interval;
  for (let n = 0; n < retries; n++) most = most < Math.floor(max_interval / 2) ? 2 * most : max_interval;
  return Math.floor(chance.next() * most);
}
