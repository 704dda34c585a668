/** What a sweep says, in English. */
export const sweepEn = {
  open: "Sweep",
  title: (name: string) => `Sweep: ${name}`,
  what: "What is varied",
  forms: "As on the command line, for example:",
  axis: (at: number) => `Parameter ${at + 1}`,
  assumed: (count: number) => `${count} assumed figures with their ranges`,
  replications: "Replications",
  doing: "Run",
  cost: (runs: number, cells: number, isRefined: boolean) =>
    `${isRefined ? "at most " : ""}${runs} runs in ${cells} cells${isRefined ? ", only where classes border" : ""}`,
  time: (each: number, runs: number, threads: number) =>
    `of about ${spanOf(each)} each: about ${spanOf((each * runs) / threads)} on ${threads} threads`,
  begin: "Run",
  cancel: "Cancel, keep results",
  cancelled: "cancelled; what was done is kept",
  copyCommand: "Copy the command line",
  done: (done: number, known: number) => `${done} of ${known} runs done`,
  left: (ms: number) => `about ${spanOf(ms)} left`,
  csv: "Export CSV",
  fromFile: (file: string) => `from ${file}`,
  noSweep: (file: string) => `${file} holds no sweep that can be shown`,
  found: "What it found",
  boundary: "boundary of the worst class (half of the runs; dashed: 10 and 90 %)",
  mapOf: (across: string, up: string) => `Classes over ${across} and ${up}`,
  sliceOf: (path: string, worst: string) => `Share of runs with “${worst}” (squares) and goodput (dots) over ${path}`,
  sliceAt: (path: string, value: string) => `Slice at ${path} = ${value}`,
  parallelOf: (names: string) => `Parallel coordinates: ${names}`,
  noIntervals: (fewest: number) => `No intervals for fewer than ${fewest} runs in a cell.`,
  inferredLegend: "outlined: not run; a glyph without colour is inferred from the cells around",
  inferred: "inferred",
  classes: (name: string) => CLASS_NAMES[name] ?? name,
  cell: ({ values, class: name, n, isInferred }: ToldCell) =>
    `${values.join(", ")}: ${name === null ? "not known" : (CLASS_NAMES[name] ?? name)}${isInferred ? ", inferred" : `, ${n} runs`}`,
  runsOf: "Runs of the cell",
  replay: (replication: number) => `Replay replication ${replication}`,
  table: (count: number) => `Table of ${count} cells`,
  class: "Class",
  worstShare: (name: string) => `Runs with ${name}`,
  goodput: "Goodput",
  show: "Show runs",
};

/** What the comparison of two runs says, in English. */
export const compareEn = {
  title: (name: string) => `Compare: ${name}`,
  side: (side: string) => `Side ${side}`,
  change: "What differs",
  same: "The two sides are the same scenario.",
  identical: "Both runs are identical.",
  identicalUntil: (clock: string) => `identical until ${clock}`,
  only: (side: string, text: string) => `only in ${side}: ${text}`,
  otherLuck: "The two runs have other seeds or replications: they did not meet the same people.",
  otherPeople: (load: string, clock: string) => `${load}: other people come from ${clock} on`,
  samePeople: "The same people come to both.",
  metric: "Metric",
  difference: "B − A",
  people: (load: string) => `people of ${load}`,
  goodput: (load: string) => `goodput of ${load}`,
  failedAttempts: "failed attempts",
  verdict: "verdict",
  courses: "Goodput over time: A solid, B dashed",
  runMany: (count: number) => `Run ${count} seeds`,
  pairs: (n: number) => `${n} pairs of runs, each with the same people on both sides`,
  mean: (side: string) => `mean of ${side}`,
  interval: "95 % interval",
  correlation: "correlation",
  outages: { complete: "complete outages", any: "outages" },
  discordant: (both: number, onlyA: number, onlyB: number, neither: number, p: string) =>
    `both ${both}, only A ${onlyA}, only B ${onlyB}, neither ${neither} (McNemar p = ${p})`,
  noInterval: "fewer than 5 pairs: no interval",
  better: (side: string) => `${side} fares better for sure`,
  notSure: "Neither fares better for sure.",
};

/** How long that is: "1.2 s", "34 min". */
function spanOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 90_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** A cell of a sweep, as far as it is put into words. */
export interface ToldCell {
  readonly values: readonly string[];
  readonly class: string | null;
  readonly n: number;
  readonly isInferred: boolean;
}

const CLASS_NAMES: Readonly<Record<string, string>> = {
  complete: "complete outage",
  partial: "partial outage",
  none: "no outage",
  fails: "fails",
  undecided: "undecided",
  holds: "holds",
  impossible: "impossible",
};
