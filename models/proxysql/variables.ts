import * as z from "zod";
import { count, duration, milliseconds, positiveCount, seconds } from "../quantity.ts";

/** In milliseconds. */
const DAY = 86_400_000;

/** What `LOAD MYSQL VARIABLES TO RUNTIME` sets, with the defaults of v2.7.1 (lib/MySQL_Thread.cpp). */
export const variables = z.strictObject({
  "mysql-threads": positiveCount(255)
    .default(4)
    .describe("Worker threads; each client session belongs to one. Source: lib/MySQL_Thread.cpp."),
  "mysql-max_connections": positiveCount()
    .default(10_000)
    .describe("Client sessions of one process; 1040 beyond, after the login. Source: lib/MySQL_Thread.cpp."),
  "mysql-wait_timeout": milliseconds()
    .prefault(28_800_000)
    .describe("An idle client session is closed after this; milliseconds. Source: lib/MySQL_Thread.cpp."),
  "mysql-multiplexing": z
    .boolean()
    .default(true)
    .describe("false: a client session keeps its backend connection until it ends. Source: lib/MySQL_Session.cpp."),
  "mysql-auto_increment_delay_multiplex": count()
    .default(5)
    .describe(
      "Further queries for which a session keeps its backend after a write; 0 off. Source: lib/MySQL_Session.cpp.",
    ),
  "mysql-auto_increment_delay_multiplex_timeout_ms": milliseconds()
    .prefault(10_000)
    .describe(
      "A backend kept after a write is given back when idle for this; milliseconds. Source: lib/MySQL_Session.cpp.",
    ),
  "mysql-connection_delay_multiplex_ms": milliseconds()
    .prefault(0)
    .describe("A session keeps its backend this long after each query; milliseconds. Source: lib/MySQL_Session.cpp."),
  "mysql-connpoll_reset_queue_length": count(1000)
    .default(50)
    .describe(
      "Connections that clients leave with variables, locks or a transaction on them and that are reset at once; others are closed. Source: MySQL_HostGroups_Manager.cpp.",
    ),
  "mysql-free_connections_pct": count(100)
    .default(10)
    .describe(
      "Idle connections kept at a purge, in percent of a server's max_connections. Source: MySQL_HostGroups_Manager.cpp.",
    ),
  "mysql-connection_warming": z
    .boolean()
    .default(false)
    .describe(
      "true: requests open new connections until free_connections_pct is reached. Source: lib/MySrvConnList.cpp.",
    ),
  "mysql-throttle_connections_per_sec_to_hostgroup": count()
    .default(1_000_000)
    .describe("New connections per clock second and hostgroup. Source: lib/MySrvConnList.cpp."),
  "mysql-connection_max_age_ms": milliseconds()
    .prefault(0)
    .describe(
      "Older connections are closed when returned and at a purge; milliseconds, 0 off. Source: lib/MySQL_Thread.cpp.",
    ),
  "mysql-connect_timeout_server": milliseconds()
    .prefault(1000)
    .describe("Limit of one attempt to connect; milliseconds. Source: lib/MySQL_Thread.cpp."),
  "mysql-connect_timeout_server_max": milliseconds()
    .prefault(10_000)
    .describe(
      "A query without a connection fails with 9001 after this; milliseconds, 0 never. Source: lib/MySQL_Session.cpp.",
    ),
  "mysql-connect_retries_on_failure": count()
    .default(10)
    .describe("Further attempts after a failed connect, per query. Source: lib/MySQL_Session.cpp."),
  "mysql-connect_retries_delay": milliseconds()
    .prefault(1)
    .describe(
      "Pause before the next attempt, and between two looks of a waiting query; milliseconds. Source: lib/MySQL_Session.cpp.",
    ),
  "mysql-query_retries_on_failure": count()
    .default(1)
    .describe("How often a query is sent again after its connection broke. Source: lib/MySQL_Session.cpp."),
  "mysql-query_processor_iterations": count(1000)
    .default(0)
    .describe("How often flagOUT may send a statement to the first rule again. Source: lib/Query_Processor.cpp."),
  "mysql-default_query_delay": milliseconds()
    .prefault(0)
    .describe("A query waits this long before it looks for a connection; milliseconds. Source: lib/MySQL_Session.cpp."),
  "mysql-default_query_timeout": milliseconds()
    .prefault(DAY)
    .describe(
      "A query that runs longer is killed with 1317; milliseconds, 0 and the default: never. Source: lib/MySQL_Session.cpp.",
    ),
  "mysql-ping_interval_server_msec": milliseconds()
    .prefault(10_000)
    .describe(
      "Period of the purge per thread, and idle age that earns a ping; milliseconds. Source: lib/MySQL_Thread.cpp.",
    ),
  "mysql-ping_timeout_server": milliseconds()
    .prefault(200)
    .describe("An idle connection whose ping takes longer is closed; milliseconds. Source: lib/MySQL_Session.cpp."),
  "mysql-shun_on_failures": positiveCount()
    .default(5)
    .describe("Connect errors within one clock second that shun a server. Source: lib/MySrvC.cpp."),
  "mysql-shun_recovery_time_sec": seconds()
    .prefault(10)
    .describe("How long a server stays shunned; seconds, 0 leaves only the desperate way back. Source: lib/MyHGC.cpp."),
  "mysql-default_max_latency_ms": milliseconds()
    .prefault(1000)
    .describe("A server whose pings take longer is passed over; milliseconds. Source: lib/MyHGC.cpp."),
  "mysql-monitor_local_dns_cache_ttl": milliseconds()
    .prefault(300_000)
    .describe("How long the address of a server is remembered; milliseconds, 0 off. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_enabled": z
    .boolean()
    .default(true)
    .describe("Whether servers are checked. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_connect_interval": milliseconds()
    .prefault(120_000)
    .describe("Period of the monitor's login check; milliseconds. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_connect_timeout": milliseconds()
    .prefault(600)
    .describe("Limit of the monitor's login check; milliseconds. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_ping_interval": milliseconds()
    .prefault(8000)
    .describe("Period of the monitor's ping; milliseconds. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_ping_timeout": milliseconds()
    .prefault(1000)
    .describe("Limit of the monitor's ping, login included; milliseconds. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_ping_max_failures": positiveCount()
    .default(3)
    .describe("Missed pings in a row that shun a server and cut its connections. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_read_only_interval": milliseconds()
    .prefault(1000)
    .describe("Period of the check of read_only in replication hostgroups; milliseconds. Source: MySQL_Monitor.cpp."),
  "mysql-monitor_read_only_timeout": milliseconds()
    .prefault(800)
    .describe("Limit of the check of read_only; milliseconds. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_read_only_max_timeout_count": positiveCount()
    .default(3)
    .describe("Checks timed out in a row after which a server counts as read-only. Source: lib/MySQL_Monitor.cpp."),
  "mysql-monitor_writer_is_also_reader": z
    .boolean()
    .default(true)
    .describe("Whether a server that becomes writer stays in the reader hostgroup. Source: HostGroups_Manager.cpp."),
  "admin-cluster_check_interval_ms": milliseconds()
    .prefault(1000)
    .describe(
      "Pause between two looks at the checksums of each ProxySQL of the cluster. Source: ProxySQL_Cluster.cpp.",
    ),
  "admin-cluster_check_status_frequency": count()
    .default(10)
    .describe("Every so many looks the other's status is asked for as well; 0 never. Source: ProxySQL_Cluster.cpp."),
  "admin-cluster_mysql_query_rules_diffs_before_sync": diffsBeforeSync("mysql_query_rules"),
  "admin-cluster_mysql_servers_diffs_before_sync": diffsBeforeSync("mysql_servers"),
  "admin-cluster_mysql_users_diffs_before_sync": diffsBeforeSync("mysql_users"),
  "admin-cluster_proxysql_servers_diffs_before_sync": diffsBeforeSync("proxysql_servers"),
});

function diffsBeforeSync(module: string) {
  return count(1000)
    .default(3)
    .describe(`Looks in a row with another checksum of ${module} before it is taken over; 0 never. Source: same.`);
}

export type Variables = z.output<typeof variables>;

/** What ProxySQL has no variable for: assumptions of the model. */
export const model = z.strictObject({
  waiterOrder: z
    .enum(["edf", "random"])
    .default("edf")
    .describe(
      "Model: which waiting query finds a free connection first: edf, the earliest deadline of a random thread; random, any.",
    ),
  cpuPerQuery: duration()
    .prefault("0s")
    .describe("Model: processor time of a worker thread for a query; no figure is published."),
  cpuPerLogin: duration()
    .prefault("0s")
    .describe("Model: processor time of a worker thread for a client's login; no figure is published."),
});

export type ModelOptions = z.output<typeof model>;
