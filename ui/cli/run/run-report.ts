import { clock } from "../../../scenarios/experiment/clock.ts";
import { checkAmount } from "../../../scenarios/experiment/figures.ts";
import { classShares, zoneShares } from "../../../scenarios/experiment/goodput-share.ts";
import { conclusionOf } from "../../../scenarios/experiment/outcome.ts";
import type { CheckResult, LoadSummary, RunResult } from "../../../scenarios/experiment/result.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { SECOND } from "../../../sim/time.ts";
import { percent, whole } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

const HEAD = 12;
const MOST_FAILURES = 6;

/** Which run it is, seed first: what is needed to see it again. */
export function headOf(scenario: Scenario, seed: string, which: string, { color, width }: Printer): string[] {
  const variant = scenario.variants.find(({ name }) => name === scenario.variant);
  const about = variant === undefined || variant.about === "" ? "" : `: ${variant.about}`;
  return [
    `seed ${color.bold(seed)}, ${which}`,
    ...wrap(`${scenario.name}: ${scenario.title}`, width),
    ...(variant === undefined ? [] : wrap(`variant ${variant.name}${about}`, width)),
  ];
}

/** How a run came out: its loads, scale-outs and checks, and the verdict last. */
export function reportOn(result: RunResult, printer: Printer): string[] {
  const { loads, scaleOuts, limits, checks, reached, duration, cost, digest, totalsDigest } = result;
  const { color, width } = printer;
  const extent =
    reached < duration ? color.yellow(`interrupted at ${clock(reached)} of ${clock(duration)}`) : clock(duration);
  const cpu = cost.cpuSeconds === null ? "" : `, ${cost.cpuSeconds.toFixed(1)} s of processor time`;
  return [
    ...loads.flatMap((load) => [...loadLines(load, result, printer), ""]),
    ...section("scale-outs", scaleOuts.map(scaleOutLine), printer),
    ...section("limits", limits.map(limitLine), printer),
    ...section(
      "checks",
      checks.flatMap((check) => checkLines(check, result, printer)),
      printer,
    ),
    ...labelled("run", `${extent} simulated, ${whole(cost.events)} events${cpu}`, printer),
    ...labelled("digest", `${digest} (totals ${totalsDigest})`, printer),
    "",
    ...wrap(`${result.verdict} ${conclusionSentence(result)}`, width),
  ];
}

function loadLines(load: LoadSummary, result: RunResult, printer: Printer): string[] {
  const { path, people, failures } = load;
  const attempts = failures.reduce((sum, { count }) => sum + count, 0);
  const shown = failures.slice(0, MOST_FAILURES);
  const rows = shown.map(({ reason, count }) => [whole(count), percent(count / attempts), reason]);
  const more = failures.slice(MOST_FAILURES).reduce((sum, { count }) => sum + count, 0);
  if (more > 0) rows.push([whole(more), percent(more / attempts), "other reasons"]);
  const failed = `${whole(attempts)} attempts failed${attempts === 0 ? "" : ":"}`;
  return [
    printer.color.bold(path),
    ...labelled("people", whole(people), printer),
    ...labelled("goodput", goodputInWords(load, result), printer),
    ...shareLines(load, result.goodput, printer),
    ...labelled("outage", outageInWords(load), printer),
    ...labelled("failures", failed, printer),
    ...columns(rows, [0, 1]).map((line) => " ".repeat(HEAD + 2) + line),
  ];
}

function goodputInWords({ path, people, goodput }: LoadSummary, result: RunResult): string {
  if (goodput === null) return "nobody asked";
  const total = result.goodput.find((each) => each.path === path && each.name === "goodput");
  const served = total?.good.reduce((sum, each) => sum + each, 0) ?? 0;
  const through = result.counters.find((each) => each.path === path && each.name === "iterations")?.count ?? people;
  const waiting = through < people ? `; ${whole(people - through)} were still waiting at the end` : "";
  return `${percent(goodput)}, ${whole(served)} of ${whole(people)} served${waiting}`;
}

/** Goodput by class of requests and by zone, where there are several. */
function shareLines({ path }: LoadSummary, totals: RunResult["goodput"], printer: Printer): string[] {
  const parts = [
    { label: "by class", shares: classShares(totals, [path]) },
    { label: "by zone", shares: zoneShares(totals, [path]) },
  ];
  return parts.flatMap(({ label, shares }) => {
    const words = shares.map(({ name, people, goodput }) => {
      return goodput === null ? `${name} nobody` : `${name} ${percent(goodput)} of ${whole(people)}`;
    });
    return words.length < 2 ? [] : labelled(label, words.join(", "), printer);
  });
}

function outageInWords({ outage, worst }: LoadSummary): string {
  if (worst === null) return outage;
  const seconds = worst.until - worst.from;
  const limit = outage === "complete" ? "5 %" : "90 %";
  return `${outage}: goodput under ${limit} for ${whole(seconds)} s, ${clock(worst.from * SECOND)} to ${clock(worst.until * SECOND)}`;
}

function scaleOutLine({ deployment, at, newPods, everReady }: RunResult["scaleOuts"][number]): string {
  return `${clock(at)}  ${deployment}: ${newPods} new pods, ${everReady} of them ever ready`;
}

function limitLine({ at, component, peoplePerSecond }: RunResult["limits"][number]): string {
  return `${clock(at)}  ${component} is full for the first time, at ${peoplePerSecond.toFixed(1)} people per second`;
}

function checkLines(check: CheckResult, { journal }: RunResult, { color, width }: Printer): string[] {
  const { holds, censored, vacuous, because, firstBroken } = check;
  const word = holds ? color.green("holds") : censored ? color.yellow("open ") : color.red("fails");
  const reason = holds || because === null ? undefined : journal[because];
  const broken = holds || firstBroken === null ? "" : `, first broken at ${clock(firstBroken)}`;
  const measured = vacuous ? "there was nothing to judge" : `${measuredInWords(check)}${broken}`;
  const open = censored ? "; a longer run may tell" : "";
  const why = reason === undefined ? [] : wrap(`then: ${reason.text} (since ${clock(reason.at)})`, width, "         ");
  return [...wrap(check.check, width, `  ${word}  `), ...wrap(`${measured}${open}`, width, "         "), ...why];
}

function measuredInWords({ measured, unit, limit }: CheckResult): string {
  if (measured === null) return `measured not within the run, limit ${amountInWords(limit, unit)}`;
  const words = amountInWords(measured, unit);
  return unit === "outage" ? `measured: ${words}` : `measured ${words}, limit ${amountInWords(limit, unit)}`;
}

function amountInWords(value: number, unit: string): string {
  const found = checkAmount(value, unit);
  if ("amount" in found) return found.amount;
  return `${found.outage === "none" ? "no" : found.outage} outage`;
}

/** Whether it came out as the file expects, for the end of the verdict. */
function conclusionSentence(result: RunResult): string {
  const { checks, expect } = result;
  const broken = checks.filter(({ holds }) => !holds).length;
  if (checks.length === 0 && expect === "holds") return "The file has no checks.";
  const one = checks.length === 1;
  const held =
    broken === 0
      ? `${one ? "its check holds" : `all ${checks.length} checks hold`}`
      : `${one ? "its check fails" : `${broken} of ${checks.length} checks fail`}`;
  const wanted = `that ${one ? "it" : "they"} ${expect === "holds" ? "hold" : "fail"}${one ? "s" : ""}`;
  switch (conclusionOf(result)) {
    case "as expected":
      return `As the file expects, ${held}.`;
    case "not as expected":
      return `Not as expected: ${held}, and the file expects ${wanted}.`;
    case "inconclusive":
      return `Inconclusive: ${held} so far, and the file expects ${wanted}.`;
  }
}

function section(title: string, lines: readonly string[], { color }: Printer): string[] {
  return lines.length === 0
    ? []
    : [color.bold(title), ...lines.map((line) => (line.startsWith(" ") ? line : `  ${line}`)), ""];
}

function labelled(label: string, text: string, { width, color }: Printer): string[] {
  return wrap(text, width, `  ${color.dim(label.padEnd(HEAD))}`);
}
