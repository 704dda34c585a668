import { readFileSync } from "node:fs";
import { test } from "vitest";
import { loadInput } from "../scenarios/experiment/input.ts";
import { run } from "../scenarios/experiment/run.ts";
import { nameOf } from "../models/error.ts";
import { RunReadings } from "./scenarios/run-readings.ts";
test("x", () => {
  const text = readFileSync("scenarios/read-write-split.yaml", "utf8");
  const { scenario, problems } = loadInput({ file: "scenarios/read-write-split.yaml", text, attachments: new Map() }, { overrides: [] });
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  const gaps: number[] = []; const dead: number[] = []; const prom: number[] = []; const fails = new Map<string, number>(); let n1: number[] = [], n2: number[] = [];
  const fcount: number[] = [];
  for (let r = 0; r < 200; r++) {
    const one = run(scenario, { replication: r, record: false });
    const read = new RunReadings(one, [0, 70]);
    prom.push(read.firstAt("db002", "promoted") - 16);
    dead.push(read.firstAt("db001", "dead-master") - 16);
    const w = one.world.sim.journal.entries.find((e) => e.fact === "became-writer");
    gaps.push(w!.at / 1e6 - 16);
    n1.push(read.total("db001", "Com_insert")); n2.push(read.total("db002", "Com_insert"));
    const load = one.loads[0]!;
    for (let i = 0; i < load.failures.length; i++) { const k = nameOf(load.failures.outcome[i]!); fails.set(k, (fails.get(k) ?? 0) + 1); }
    fcount.push(load.failures.length);
    if (r === 1) console.log(one.world.sim.journal.entries.map((e) => `${(e.at/1e6).toFixed(3)} ${one.world.sim.components[e.component]!.path} ${e.sort} ${e.fact} <- ${e.because} ${JSON.stringify(e.figures)}`).join("\n"));
  }
  const s = (a: number[]) => { const b = [...a].sort((x, y) => x - y); return [b[0], b[10], b[100], b[190], b[199]].map((v) => v!.toFixed(2)).join(" "); };
  console.log("dead", s(dead), "prom", s(prom), "writer", s(gaps), "n1", s(n1), "n2", s(n2), "fails", s(fcount), [...fails]);
});
