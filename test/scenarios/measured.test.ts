import { expect, test } from "vitest";
import { type Judgement, MeasuredExample, type Verdict } from "./measured-example.ts";
import { RunReadings } from "./run-readings.ts";

const REPLICATIONS = 40;

/** The figures that come out with a verdict. */
function figures(judgements: readonly Judgement[], verdict: Verdict): string[] {
  return judgements.filter((each) => each.verdict === verdict).map(({ figure }) => figure);
}

/** Figures that are predicted more than 10 % too high or too low. */
function differing(judgements: readonly Judgement[]): string[] {
  return judgements.filter(({ verdict }) => verdict !== "within 10 %").map(({ figure }) => figure);
}

test("a mysql2 pool makes callers wait as long as measured on the real one", () => {
  const example = new MeasuredExample("mysql2-pool");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(13);
  expect(differing(judgements)).toEqual([]);
});

test("three mysql2 pools take all connections of a server and fail as measured, but for what is explained", () => {
  const example = new MeasuredExample("mysql2-pools-over-limit");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(18);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("a connection for every request costs and fails as measured, but for what is explained", () => {
  const example = new MeasuredExample("connection-per-request");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(13);
  expect(figures(judgements, "miss")).toEqual(["failedRequestMs.mean"]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("keepalived notices a dead process and moves the address as late as measured on the real one", () => {
  const example = new MeasuredExample("keepalived-check");
  const judgements = example.judge(10 * REPLICATIONS);
  expect(judgements).toHaveLength(10);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("processes that write to one SQLite file wait for its lock as measured on a real one", () => {
  const example = new MeasuredExample("sqlite-writers");
  const judgements = example.judge(20);
  expect(judgements).toHaveLength(8);
  expect(differing(judgements)).toEqual([]);
});

test("users who do nothing but insert wait two syncs of the log for each row, as measured on a real server", () => {
  const example = new MeasuredExample("group-commit");
  const judgements = example.judge(5);
  expect(judgements).toHaveLength(12);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("a service that stands still works off the backlog for nobody, and recovers, as measured on a real one", () => {
  const example = new MeasuredExample("stalled-service");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(20);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("HAProxy lets ten at once to a server and the others wait as long as measured on the real one", () => {
  const example = new MeasuredExample("haproxy-queue");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(12);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("nginx notices a dead upstream server, spares it and comes back to it as measured on the real one", () => {
  const example = new MeasuredExample("nginx-upstream-dies");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(32);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("a full accept queue drops SYNs and lets clients in as late as measured on a real kernel", () => {
  const example = new MeasuredExample("accept-queue");
  const judgements = example.judge(REPLICATIONS);
  expect(judgements).toHaveLength(22);
  expect(figures(judgements, "miss")).toEqual([]);
  expect(differing(judgements).sort()).toEqual(Object.keys(example.measured.differences).sort());
});

test("nothing is both judged and not judged", () => {
  for (const name of [
    "accept-queue",
    "mysql2-pool",
    "mysql2-pools-over-limit",
    "connection-per-request",
    "group-commit",
    "haproxy-queue",
    "keepalived-check",
    "nginx-upstream-dies",
    "sqlite-writers",
    "stalled-service",
  ]) {
    const { judged, notJudged } = new MeasuredExample(name).measured;
    expect(Object.keys(judged).filter((figure) => figure in notJudged)).toEqual([]);
  }
});

test.each([
  ["accept-queue", "server.listen.backlog=20", ["connected", "kernel.TcpRetransSegs", "kernel.TcpExtListenDrops"]],
  ["accept-queue", "server.listen.tcp_syncookies=1", ["connected", "connectMs.max", "kernel.TcpExtSyncookiesSent"]],
  ["accept-queue", "network.tcp_syn_linear_timeouts=4", ["connectMs.max", "kernel.TcpExtTCPTimeouts"]],
  ["mysql2-pool", "app.pool.connectionLimit=13", ["poolWaitMs.mean", "poolWaiting.mean", "shareThatWaited"]],
  ["mysql2-pool", "callers.classes.ask.waits=constant 51ms", ["latencyMs.p99"]],
  ["mysql2-pools-over-limit", "db.max_connections=30", ["failShare", "threadsConnectedMean"]],
  ["mysql2-pools-over-limit", "app.replicas=2", ["readyPodsMean"]],
  ["connection-per-request", "db.max_connections=14", ["failShare"]],
  ["group-commit", "db.fsync=3ms", ["insertMs.mean", "threadsConnectedMean"]],
  ["group-commit", "db.sync_binlog=1", ["insertMs.mean", "iterationMs.p50"]],
  ["group-commit", "db.max_connections=40", ["abortedConnects", "connectionErrorsMaxConnections"]],
  ["haproxy-queue", "proxy.servers.server.maxconn=12", ["latencyMs.mean", "queue.mean", "serverSessionsMax"]],
  ["haproxy-queue", "proxy.timeout.queue=20ms", ["share503"]],
  ["nginx-upstream-dies", "proxy.upstream.u2.fail_timeout=5s", ["requestsWithMoreThanOneUpstreamTry"]],
  ["nginx-upstream-dies", "proxy.upstream.u2.max_fails=0", ["requestsWithMoreThanOneUpstreamTry"]],
  ["nginx-upstream-dies", "proxy.proxy_next_upstream=off", ["requestsWithMoreThanOneUpstreamTry"]],
  ["nginx-upstream-dies", "proxy.upstream.u2.weight=2", ["before.servedBy.u2"]],
  ["keepalived-check", "host1.vrrp_script.fall=1", ["outageMs.mean", "killToOkMs.p50"]],
  ["keepalived-check", "host1.vrrp_script.rise=1", ["restoreToMasterMs.mean"]],
  ["keepalived-check", "host1.vrrp_script.weight=0", ["outageMs.mean", "killToOkMs.mean"]],
  ["connection-per-request", "db.loginTime=20ms", ["latencyMs.mean", "threadsConnectedMean"]],
  ["stalled-service", "timeline.stall.lasting=3s", ["serverMaxQueue", "serverWastedOnTimedOut"]],
  ["stalled-service", "app.workers=13", ["serverWastedOnTimedOut"]],
  ["stalled-service", "callers.patience=2s", ["serverWastedOnTimedOut"]],
  ["sqlite-writers", "db.between=uniform 0ms..0.4ms", ["lockWaitShare", "lockWaitMs.mean"]],
])("%s with %s would be found out", (name, override, found) => {
  const misses = figures(new MeasuredExample(name, [override]).judge(5), "miss");
  expect(misses).toEqual(expect.arrayContaining(found));
});

test("most of those whom a full server turns away have logged in on its extra slot first", () => {
  const [run] = new MeasuredExample("mysql2-pools-over-limit").runs(1);
  const readings = new RunReadings(run!, [0, 30]);
  const before = readings.read("connectionErrorsMaxConnections");
  const refused = readings.read("abortedConnects");
  expect(refused).toBe(readings.read("errors.ER_CON_COUNT_ERROR:1040"));
  expect(before).toBeGreaterThan(0);
  expect(before / refused).toBeLessThan(0.5);
});

test("durations that end within the warm-up are left out, and nothing else of the run changes", () => {
  const runOf = (...overrides: string[]) => new MeasuredExample("mysql2-pool", overrides).runs(1)[0]!;
  const [whole, warm] = [runOf("record.durationsFrom=0s"), runOf("record.durationsFrom=5s")];
  const [all, late] = [whole, warm].map((run) => new RunReadings(run, [5, 50]));
  const durations = late!.durations("callers", "http_req_duration_all");
  expect(durations.count).toBe(late!.count("callers", "http_reqs"));
  expect(durations.count).toBeLessThan(all!.durations("callers", "http_req_duration_all").count - 700);
  expect(late!.total("callers", "http_reqs")).toBe(all!.total("callers", "http_reqs"));
  expect(warm.world.sim.dispatched).toBe(whole.world.sim.dispatched);
});

test("the warm-up ends between two bins as well, and without any", () => {
  const [binned] = new MeasuredExample("mysql2-pool", ["record.durationsFrom=5500ms"]).runs(1);
  const [silent] = new MeasuredExample("mysql2-pool", ["record.durationsFrom=5500ms"]).runs(1, false);
  const countOf = (run: typeof binned) => new RunReadings(run!, [0, 50]).durations("app/db", "wait").count;
  const [from, until] = [5, 6].map((second) => new RunReadings(binned!, [second, 50]).count("callers", "http_reqs"));
  expect(countOf(binned)).toBeLessThan(from!);
  expect(countOf(binned)).toBeGreaterThan(until!);
  expect(countOf(silent)).toBe(countOf(binned));
});

test("a warm-up as long as the run is a mistake", () => {
  expect(() => new MeasuredExample("mysql2-pool", ["record.durationsFrom=50s"])).toThrow(
    "this leaves out all durations of the run",
  );
});
