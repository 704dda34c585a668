import { parseArgs } from "node:util";
import { costOfCascade, reportOf } from "./cascade.ts";
import { measure } from "./measure.ts";
import { races, run, type Standing } from "./race.ts";
import { replays } from "./replay.ts";
import { sweepOn, sweepReportOf, sweepRounds } from "./sweep.ts";
import { WORKLOADS } from "./workloads.ts";

const USAGE = `npm run bench                                the kernel against simjs and SimScript, then the cascade
npm run bench -- --limit PATH [--rounds N]   and the kernel against the C++ limit at PATH (or in BROWNOUT_LIMIT)
npm run bench -- cascade [--rounds N] [--json]
                                             what an attempt of the cascade costs, in time and memory
npm run bench -- replay [--variant NAME] [--load N] [--pods N] [--duration N] [--replays N] [--json]
                                             the cascade so many times as large, in one process
npm run bench -- sweep [--rounds N] [--jobs N] [--json]
                                             a sweep on one thread and on two, and plainly without
npm run bench -- w2 1000000 [--json]         one run of ${Object.keys(WORKLOADS).join(", ")}
npm run bench -- w3 1000000 100 [--json]     holds, and how many events are pending`;

const OPTIONS = {
  json: { type: "boolean", default: false },
  limit: { type: "string" },
  rounds: { type: "string", default: "5" },
  variant: { type: "string" },
  load: { type: "string", default: "1" },
  pods: { type: "string", default: "1" },
  duration: { type: "string", default: "1" },
  replays: { type: "string", default: "3" },
  jobs: { type: "string", default: "400" },
} as const;

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [name, n, pending] = positionals;
  const number = (option: "rounds" | "load" | "pods" | "duration" | "replays" | "jobs") =>
    count(values[option], `--${option}`);
  if (name === undefined) {
    raceAll(values.limit ?? process.env.BROWNOUT_LIMIT, number("rounds"));
    cascade(number("rounds"), values.json);
  } else if (name === "cascade") cascade(number("rounds"), values.json);
  else if (name === "replay") {
    const size = { load: number("load"), pods: number("pods"), duration: number("duration") };
    print(await replays(values.variant, size, number("replays")), values.json);
  } else if (name === "sweep") sweep(number("rounds"), number("jobs"), values.json);
  else if (name === "sweep-on") print(await sweepOn(Number(n), number("jobs")), values.json);
  else
    print(await runOne(name, count(n, "customers"), name === "w3" ? count(pending, "pending events") : 0), values.json);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 1;
}

function count(text: string | undefined, what: string): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) throw new Error(`${what}: a whole number from 1 is needed`);
  return Number(text);
}

function runOne(name: string, n: number, pending: number) {
  const workload = Object.hasOwn(WORKLOADS, name) ? WORKLOADS[name] : undefined;
  if (workload === undefined) throw new Error(`there is no workload "${name}"`);
  return measure(name, workload(n, pending));
}

function print(figures: object, json: boolean): void {
  if (json) console.log(JSON.stringify(figures));
  else for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(12)}${value}`);
}

function cascade(rounds: number, json: boolean): void {
  const cost = costOfCascade(process.argv[1]!, rounds);
  console.log(json ? JSON.stringify(cost) : reportOf(cost));
}

function sweep(rounds: number, jobs: number, json: boolean): void {
  const all = sweepRounds(process.argv[1]!, rounds, jobs);
  console.log(json ? JSON.stringify(all) : sweepReportOf(all));
}

function raceAll(limit: string | undefined, rounds: number): void {
  console.log(`CPU time per event, ${rounds} alternating runs each, every run in a process of its own\n`);
  console.log("workload     engine            ns (median)   kernel is          scavenges");
  for (const race of races(process.argv[1]!, limit)) {
    const standings = run(race, rounds);
    const [kernel] = standings;
    for (const standing of standings) console.log(line(standing, kernel!));
    console.log(verdict(standings));
  }
}

function line({ race, name, fastest, median, last }: Standing, kernel: Standing): string {
  const times = fastest / kernel.fastest;
  const is = name === "kernel" ? "" : times < 1 ? `${(1 / times).toFixed(2)} x slower` : `${times.toFixed(2)} x faster`;
  const cells = [
    race.padEnd(13),
    name.padEnd(16),
    fastest.toFixed(1).padStart(8),
    `(${median.toFixed(1)})`.padStart(9),
  ];
  return `${cells.join("")}   ${is.padEnd(16)}${last.scavenges === undefined ? "" : `   ${last.scavenges}`}`;
}

function verdict(standings: readonly Standing[]): string {
  const [kernel, ...others] = standings;
  const limits = others.filter(({ name }) => name.startsWith("limit"));
  if (limits.length === 0) return "";
  const best = limits.reduce((a, b) => (b.median < a.median ? b : a));
  const ratio = (kernel!.median / best.median).toFixed(2);
  return `${"".padEnd(13)}ratio to ${best.name}: ${ratio} of medians, ${(kernel!.fastest / best.fastest).toFixed(2)} of minima\n`;
}
