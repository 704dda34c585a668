import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Input, loadInput } from "../../../../scenarios/experiment/input.ts";
import { Run } from "../../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../../scenarios/experiment/run-recording.ts";
import type { Fact } from "../../../../scenarios/experiment/story.ts";
import { summarize } from "../../../../scenarios/experiment/summary.ts";
import type { Scenario } from "../../../../scenarios/language/scenario.ts";
import { raisedLimit } from "../../../../ui/web/replay/raised-limit.ts";

const CASES = [
  ["scale-out-cascade", "connection-limit-reached", "noti-db", { max_connections: 59 }, "noti-db.max_connections=118"],
  [
    "scale-out-cascade",
    "pool-at-max_connections",
    "proxysql-4/hostgroup-0/noti-db",
    { max_connections: 10 },
    "proxysql.mysql_servers.noti-db.max_connections=20",
  ],
  [
    "scale-out-cascade",
    "bandwidth-saturated",
    "node proxy-zone-a-3 outbound",
    { capacityMbit: 36 },
    "nodes.proxy.bandwidth.base=72Mbit/s",
  ],
  [
    "limits/nf-conntrack-max",
    "conntrack-table-full",
    "node web-a-1",
    { nf_conntrack_max: 4096 },
    "nodes.web.nf_conntrack_max=8192",
  ],
] as const;

/** What a change leads to: burst and buffer are what the base lets through, in bits and for a second. */
const CHANGED: Readonly<Record<string, readonly string[]>> = {
  "noti-db.max_connections=118": ["noti-db.max_connections"],
  "proxysql.mysql_servers.noti-db.max_connections=20": ["proxysql.mysql_servers.0.max_connections"],
  "nodes.proxy.bandwidth.base=72Mbit/s": ["nodes.bandwidth.base", "nodes.bandwidth.burst", "nodes.bandwidth.buffer"],
  "nodes.web.nf_conntrack_max=8192": ["nodes.nf_conntrack_max"],
};

test.each(CASES)("the limit of %s that %s names is one change of its file (point 24)", (name, fact, ...rest) => {
  const [component, figures, change] = rest;
  const input = inputOf(name);
  const { header } = startOf(input);
  expect(raisedLimit({ fact, component, figures } as unknown as Fact, header)).toBe(change);
  const [before, after] = [[], [change]].map((overrides) => leavesOf(loadInput(input, { overrides }, true).scenario!));
  const changed = [...new Set([...before!.keys(), ...after!.keys()])].filter((path) => {
    return before!.get(path) !== after!.get(path);
  });
  expect(changed).toEqual(CHANGED[change]);
});

test("a fact that is about no limit of the file suggests nothing", () => {
  const { header } = startOf(inputOf("scale-out-cascade"));
  const unready = { fact: "pod-unready", component: "proxysql-2", figures: {} } as unknown as Fact;
  expect(raisedLimit(unready, header)).toBeUndefined();
});

function inputOf(name: string): Input {
  const file = `scenarios/${name}.yaml`;
  return { file, text: readFileSync(file, "utf8"), attachments: new Map() };
}

/** A recording of the first thousand events: its header names all components. */
function startOf(input: Input) {
  const run = new Run(loadInput(input, { overrides: [] }, true).scenario!);
  run.advance(1000);
  return recordingOfRun(run, summarize(run, { overrides: [], inputHash: "", cpuSeconds: null }));
}

/** Every single value of a scenario by its path, options of components and nodes only. */
function leavesOf({ components, nodes }: Scenario): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) leaves.set(path, value);
    else for (const [key, each] of Object.entries(value)) visit(each, `${path}.${key}`);
  };
  for (const [name, { options }] of components) visit(options, name);
  for (const group of nodes) visit(group, "nodes");
  return leaves;
}
