import type { Stream } from "../../sim/random.ts";
import type { BackendServer } from "./backend-server.ts";

/**
 * Picks the server for a query: a lottery by weight among those that are ONLINE, have a slot left and are fast enough,
 * drawn anew for each query. Null where there is none.
 *
 * With more of them ONLINE than max_num_online_servers there is none. Asking is also what lifts a shun: normally when its time is over, and much earlier when there is no other server
 * (lib/MyHGC.cpp, get_random_MySrvC).
 */
export function pick(servers: readonly BackendServer[], lottery: Stream, most: number): BackendServer | null {
  if (servers.length > most && onlineOf(servers) > most) return null;
  for (const { shun, used, free } of servers) if (shun.holds) shun.liftNormally(used.length + free.length === 0);
  const weight = weightOf(servers);
  if (weight > 0) return draw(servers, weight, lottery);
  for (const { shun } of servers) if (shun.holds) shun.liftInDespair();
  return draw(servers, weightOf(servers), lottery);
}

function onlineOf(servers: readonly BackendServer[]): number {
  let count = 0;
  for (const { isOnline, shun } of servers) if (isOnline && !shun.holds) count++;
  return count;
}

function weightOf(servers: readonly BackendServer[]): number {
  let sum = 0;
  for (const server of servers) if (server.isCandidate) sum += server.weight;
  return sum;
}

function draw(servers: readonly BackendServer[], weight: number, lottery: Stream): BackendServer | null {
  if (weight === 0) return null;
  if (servers.length === 1) return servers[0]!;
  let ticket = lottery.integer(weight);
  for (const server of servers) {
    if (!server.isCandidate) continue;
    ticket -= server.weight;
    if (ticket < 0) return server;
  }
  return null;
}
