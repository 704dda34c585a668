import type { GroupRecovery, Playbook, TriedRemedy } from "../../../scenarios/verdict/playbook.ts";
import type { Recovery } from "../../../scenarios/verdict/recovery.ts";
import { countWithInterval, figure, percent, whole } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

/** What helps against a collapse, the best first. */
export function playbookLines(playbook: Playbook, out: Printer): string[] {
  const { n, collapsed, allowed, unchanged, remedies, leastShedding } = playbook;
  const [first] = unchanged;
  if (first === undefined) return wrap(`None of ${n} runs collapses and stays down.`, out.width);
  const head = [`recover within ${figure(allowed)} s`, "median", "lost", "served"];
  const rows = [first.recovery, ...remedies.map(({ groups }) => groups[0]!.recovery)].map(cellsOf);
  const names = ["nobody does anything", ...remedies.map(({ words }) => words)];
  const [top = "", ...lines] = columns([head, ...rows], [1, 2, 3]);
  const width = Math.max(...lines.map((line) => line.length));
  const others = unchanged.slice(1).flatMap(({ of }) => wrap(bestFor(of, remedies), out.width, "- "));
  return [
    ...wrap(`${collapsed} of ${n} runs collapse and stay down; each goes on from there with every remedy.`, out.width),
    "",
    out.color.bold(first.of),
    out.color.bold(top),
    ...lines.flatMap((line, at) => wrap(names[at]!, out.width, `${line.padEnd(width)}  `)),
    "",
    ...wrap(sheddingInWords(leastShedding), out.width),
    ...others,
    out.color.dim(
      "Seconds include what passes; lost are people not served from then on, in each run. Wilson's intervals, 95 %.",
    ),
  ];
}

function cellsOf({ recovered, seconds, lost, goodput }: Recovery): string[] {
  return [
    countWithInterval(recovered),
    seconds === null ? "-" : `${figure(seconds.median)} s`,
    lost === null ? "-" : whole(lost),
    goodput === null ? "-" : percent(goodput),
  ];
}

function sheddingInWords(least: number | null): string {
  if (least === null) return "No share of the load that stays away for a while is enough.";
  return `It is enough that ${least} % of the load stay away for a while; 1 % less is not.`;
}

/** Other groups may be helped by what does not help everybody. */
function bestFor(of: string, remedies: readonly TriedRemedy[]): string {
  const recoveryOf = ({ groups }: TriedRemedy) => groups.find((group: GroupRecovery) => group.of === of)?.recovery;
  const k = (remedy: TriedRemedy) => recoveryOf(remedy)?.recovered.k ?? 0;
  const most = Math.max(...remedies.map(k));
  if (most === 0) return `${of}: nothing helps`;
  const best = remedies.filter((remedy) => k(remedy) === most).map(({ words }) => words);
  const more = best.length > SHOWN ? ` and ${best.length - SHOWN} more` : "";
  const [first] = remedies.filter((remedy) => k(remedy) === most);
  return `${of}: ${countWithInterval(recoveryOf(first!)!.recovered)} by ${best.slice(0, SHOWN).join("; ")}${more}`;
}

const SHOWN = 4;
