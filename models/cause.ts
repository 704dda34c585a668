import { NONE } from "../sim/record/journal.ts";
import type { RequestId, Requests } from "../sim/requests.ts";

/** What holds a request up holds up the one that it was opened for as well: a login the query that waits for it. */
export function passOnCause({ because }: Requests, from: RequestId, to: RequestId): void {
  if (because[from] !== NONE) because[to] = because[from]!;
}
