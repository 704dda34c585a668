import { BROKEN, LOST, NAME_NOT_FOUND, OK, type Outcome, REFUSED, REJECTED, TIMED_OUT } from "../sim/service.ts";

/** EADDRNOTAVAIL: every ephemeral port towards this destination is taken. */
export const ADDRESS_NOT_AVAILABLE: Outcome = 99;
/** ECONNRESET: the other end has answered with RST. */
export const CONNECTION_RESET: Outcome = 104;
/** ETIMEDOUT: no SYN was answered, however often it was sent. */
export const CONNECTION_TIMED_OUT: Outcome = 110;
/** ER_CON_COUNT_ERROR "Too many connections": from a server at max_connections, or from ProxySQL's own frontend cap. */
export const ER_CON_COUNT_ERROR: Outcome = 1040;
/** ER_ACCESS_DENIED_ERROR: no such user. */
export const ER_ACCESS_DENIED_ERROR: Outcome = 1045;
/** ER_NOT_ALLOWED_COMMAND: a rule of ProxySQL blocks the statement (error_msg). */
export const ER_NOT_ALLOWED_COMMAND: Outcome = 1148;
/** ER_USER_LIMIT_REACHED: a user's own cap. */
export const ER_USER_LIMIT_REACHED: Outcome = 1226;
/** ER_QUERY_INTERRUPTED: the statement was killed. */
export const ER_QUERY_INTERRUPTED: Outcome = 1317;
/** ER_OPTION_PREVENTS_STATEMENT: the server is running with --read-only. */
export const ER_OPTION_PREVENTS_STATEMENT: Outcome = 1290;
/** ProxySQL: "Max connect timeout reached while reaching hostgroup". */
export const PROXYSQL_CONNECT_TIMEOUT: Outcome = 9001;
/** ProxySQL: "Max connect failure while reaching hostgroup". */
export const PROXYSQL_CONNECT_FAILURE: Outcome = 9002;
/** mysql2: "Queue limit reached." */
export const QUEUE_LIMIT_REACHED: Outcome = 2001;
/** mysql2 with waitForConnections false: "No connections available." */
export const NO_CONNECTIONS_AVAILABLE: Outcome = 2002;
/** A pool's own time limit for getting a connection (HikariCP connectionTimeout, mysql2 connectTimeout). */
export const POOL_TIMEOUT: Outcome = 2003;
/** Redis: "ERR max number of clients reached". */
export const MAX_CLIENTS_REACHED: Outcome = 3001;
/** Redis: "OOM command not allowed when used memory > 'maxmemory'". */
export const REDIS_OUT_OF_MEMORY: Outcome = 3002;
/** SQLITE_BUSY: "database is locked". */
export const SQLITE_BUSY: Outcome = 5005;
/** HTTP 500, as k6 numbers it: 1000 and the status. */
export const INTERNAL_SERVER_ERROR: Outcome = 1500;
/** HTTP 502, as k6 numbers it. */
export const BAD_GATEWAY: Outcome = 1502;
/** HTTP 503, as k6 numbers it. */
export const SERVICE_UNAVAILABLE: Outcome = 1503;
/** HTTP 504, as k6 numbers it. */
export const GATEWAY_TIMEOUT: Outcome = 1504;
/** HTTP 429, as k6 numbers it. */
export const TOO_MANY_REQUESTS: Outcome = 1429;
/** Resilience4j: "CircuitBreaker is OPEN and does not permit further calls". */
export const CIRCUIT_OPEN: Outcome = 4001;
/** Resilience4j: "Bulkhead is full and does not permit further calls". */
export const BULKHEAD_FULL: Outcome = 4002;
/** The client rejects its own call, as the servers accept too few (SRE book, ch. 21). */
export const CLIENT_THROTTLED: Outcome = 4003;

const NAMES: Readonly<Record<Outcome, string>> = {
  [OK]: "ok",
  [REFUSED]: "connection refused",
  [REJECTED]: "queue full",
  [LOST]: "lost in the network",
  [TIMED_OUT]: "client timeout",
  [BROKEN]: "connection broken",
  [NAME_NOT_FOUND]: "DNS look-up failed",
  [ADDRESS_NOT_AVAILABLE]: "cannot assign requested address",
  [CONNECTION_RESET]: "connection reset by peer",
  [CONNECTION_TIMED_OUT]: "connection timed out",
  [ER_CON_COUNT_ERROR]: "1040 too many connections",
  [ER_ACCESS_DENIED_ERROR]: "1045 access denied",
  [ER_NOT_ALLOWED_COMMAND]: "1148 blocked by a query rule",
  [ER_USER_LIMIT_REACHED]: "1226 user connection limit",
  [ER_QUERY_INTERRUPTED]: "1317 query interrupted",
  [ER_OPTION_PREVENTS_STATEMENT]: "1290 server is read-only",
  [PROXYSQL_CONNECT_TIMEOUT]: "9001 max connect timeout",
  [PROXYSQL_CONNECT_FAILURE]: "9002 max connect failure",
  [QUEUE_LIMIT_REACHED]: "queue limit reached",
  [NO_CONNECTIONS_AVAILABLE]: "no connections available",
  [POOL_TIMEOUT]: "pool timeout",
  [MAX_CLIENTS_REACHED]: "max number of clients reached",
  [REDIS_OUT_OF_MEMORY]: "OOM command not allowed",
  [SQLITE_BUSY]: "database is locked",
  [INTERNAL_SERVER_ERROR]: "500 internal server error",
  [BAD_GATEWAY]: "502 bad gateway",
  [SERVICE_UNAVAILABLE]: "503 service unavailable",
  [GATEWAY_TIMEOUT]: "504 gateway timeout",
  [TOO_MANY_REQUESTS]: "429 too many requests",
  [CIRCUIT_OPEN]: "circuit breaker open",
  [BULKHEAD_FULL]: "bulkhead full",
  [CLIENT_THROTTLED]: "throttled by the client",
};

/** An outcome in words, as the product that answers with it words it. */
export function nameOf(outcome: Outcome): string {
  return NAMES[outcome] ?? `error ${outcome}`;
}

/** Every outcome that a request can end with, OK first. */
export const OUTCOMES: readonly Outcome[] = Object.keys(NAMES).map(Number);
