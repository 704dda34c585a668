import type { RequestId, Requests } from "../../sim/requests.ts";
import { OK, type Outcome, REJECTED } from "../../sim/service.ts";

/** The connection has ended without an answer, or there never was one. */
export const NO_ANSWER = 0;

/** The status of an HTTP answer; NO_ANSWER where there was none. */
export function statusOf({ answered }: Requests, request: RequestId, outcome: Outcome): number {
  if (outcome === OK) return 200;
  if (outcome >= 1400 && outcome < 1600) return outcome - 1000;
  if (outcome === REJECTED) return 503;
  return answered[request] === 1 ? 500 : NO_ANSWER;
}
