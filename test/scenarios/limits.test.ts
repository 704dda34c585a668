import { expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import type { RunResult } from "../../scenarios/experiment/result.ts";
import { run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { readScenario } from "../../ui/cli/scenario-file.ts";

const SECOND = 1_000_000;

/** Runs a scenario of a limit of TCP as it stands, or one of its variants. */
function outcomeOf(name: string, variant?: string, overrides: readonly string[] = []) {
  const file = `scenarios/limits/${name}.yaml`;
  const { input } = readScenario(file, { variant: undefined, overrides: [] });
  const { scenario, problems } = loadInput(input, { variant, overrides });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const result = summarize(run(scenario), { overrides: [], inputHash: "", cpuSeconds: null });
  return { result, count: counterOf(result), failures: failuresOf(result), facts: factsOf(result) };
}

function counterOf({ counters }: RunResult) {
  return (path: string, name: string) => {
    const counter = counters.find((each) => each.path === path && each.name === name);
    if (counter === undefined) throw new Error(`"${path}" does not count "${name}"`);
    return counter.count;
  };
}

function failuresOf({ loads }: RunResult): Record<string, number> {
  return Object.fromEntries(loads[0]!.failures.map(({ reason, count }) => [reason, count]));
}

function factsOf({ journal }: RunResult): string[] {
  return [...new Set(journal.map(({ fact }) => fact))];
}

/** What each failed attempt came from, the nearest cause. */
function causesOf({ failedAttempts, journal }: RunResult): string[] {
  return [...new Set(failedAttempts.map(({ because }) => (because === null ? "nothing" : journal[because]!.fact)))];
}

test.for([
  ["somaxconn", "raised"],
  ["tcp-max-syn-backlog", "raised"],
  ["tcp-max-syn-backlog", "cookies"],
  ["tcp-syn-retries", "raised"],
  ["ip-local-port-range", "raised"],
  ["ip-local-port-range", "reused"],
  ["ip-local-port-range", "buckets"],
  ["nf-conntrack-max", "raised"],
  ["nf-conntrack-max", "shorter"],
  ["tcp-abort-on-overflow", "off"],
  ["tcp-abort-on-overflow", "raised"],
] as const)("%s binds, and with the variant %s it does not", ([name, variant]) => {
  const [bound, free] = [outcomeOf(name), outcomeOf(name, variant)];
  expect(bound.result.checks.map(({ holds }) => holds)).not.toContain(true);
  expect(free.result.checks.map(({ holds }) => holds)).not.toContain(false);
  expect(free.failures).toEqual({});
});

test("with somaxconn 128 there are as many listen queue overflows as SYNs dropped, and nobody fails for it", () => {
  const { count, failures, result } = outcomeOf("somaxconn");
  const overflows = count("api", "TcpExt_ListenOverflows");
  expect(overflows).toBeGreaterThan(300);
  expect(count("api", "TcpExt_ListenDrops")).toBe(overflows);
  expect(failures).toEqual({});
  const full = result.journal.find(({ fact }) => fact === "accept-queue-full")!;
  expect(full.figures).toEqual({ waiting: 129, backlog: 128 });
  // 350 more than it can serve come in a second, so that 129 wait after 0.37 s.
  expect(full.at / SECOND).toBeCloseTo(129 / 350, 1);
});

test("what the SYN queue drops are no overflows of the accept queue", () => {
  const { count, facts } = outcomeOf("tcp-max-syn-backlog");
  expect(count("api", "TcpExt_ListenDrops")).toBeGreaterThan(100);
  expect(count("api", "TcpExt_ListenOverflows")).toBe(0);
  expect(facts).toContain("syn-queue-full");
});

test("with tcp_syn_retries 3 those who come in the first 5 s of the cut, too early for a SYN after its end, fail after 15 s", () => {
  const { result, failures } = outcomeOf("tcp-syn-retries");
  expect(Object.keys(failures)).toEqual(["connection timed out"]);
  const at = result.failedAttempts.map((failed) => failed.at / SECOND);
  expect(Math.min(...at)).toBeGreaterThan(25);
  expect(Math.max(...at)).toBeLessThan(10 + 13 + 16);
  expect(causesOf(result)).toEqual(["packets-dropped"]);
});

test("ports run out after as many seconds as there are ports for each connection per second, and come back after 60 s", () => {
  const { result, failures } = outcomeOf("ip-local-port-range");
  expect(Object.keys(failures)).toEqual(["cannot assign requested address"]);
  expect(causesOf(result)).toEqual(["no-ephemeral-ports"]);
  const at = result.failedAttempts.map((failed) => failed.at / SECOND);
  expect(Math.min(...at)).toBeCloseTo(2823 / 60, 1);
  expect(Math.max(...at)).toBeCloseTo(60, 0);
});

test("a full table of connections begins to drop SYNs when 4,096 have come, 68 s after the start", () => {
  const { result, failures } = outcomeOf("nf-conntrack-max");
  expect(Object.keys(failures)).toEqual(["client timeout"]);
  expect(causesOf(result)).toEqual(["conntrack-table-full"]);
  const full = result.journal.find(({ fact }) => fact === "conntrack-table-full")!;
  expect(full.at / SECOND).toBeCloseTo(4096 / 60, 1);
  expect(full.figures).toEqual({ connections: 4096, nf_conntrack_max: 4096 });
});

test("with tcp_abort_on_overflow clients are reset that would be served late without it", () => {
  const [on, off] = [outcomeOf("tcp-abort-on-overflow"), outcomeOf("tcp-abort-on-overflow", "off")];
  expect(Object.keys(on.failures)).toEqual(["connection reset by peer"]);
  expect(causesOf(on.result)).toEqual(["accept-queue-full"]);
  expect(off.count("api", "TcpExt_ListenOverflows")).toBeGreaterThan(0);
  expect(off.failures).toEqual({});
});
