import type { GroupRecovery, Playbook, TriedRemedy } from "../../../scenarios/verdict/playbook.ts";
import { countWithInterval, figure, percent, whole } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

/** What helps against a collapse, the best first. */
export function playbookLines(playbook: Playbook, out: Printer): string[] {
  const { n, collapsed, allowed, unchanged, interruptedAt } = playbook;
  const [first] = unchanged;
  const wasDone = ({ groups }: TriedRemedy) => groups.some(({ recovery }) => recovery.recovered.n > 0);
  const remedies = playbook.remedies.filter(wasDone);
  const cut = interruptedAt === null ? [] : [out.color.yellow(`interrupted before it was known ${interruptedAt}`)];
  if (first === undefined) return [...wrap(`None of ${n} runs collapses and stays down.`, out.width), ...cut];
  const goOn =
    interruptedAt === null
      ? "each goes on from there with every remedy"
      : remedies.length === 0
        ? "no remedy was tried"
        : "not every remedy was tried in each of them";
  const head = [`recover within ${figure(allowed)} s`, "median", "lost", "kept away", "served"];
  const rows = [first, ...remedies.map(({ groups }) => groups[0]!)].map(cellsOf);
  const names = ["nobody does anything", ...remedies.map(({ words }) => words)];
  const [top = "", ...lines] = columns([head, ...rows], [1, 2, 3, 4]);
  const width = Math.max(...lines.map((line) => line.length));
  const others = unchanged.slice(1).flatMap(({ of }) => wrap(bestFor(of, remedies, cut.length === 0), out.width, "- "));
  return [
    ...wrap(`${collapsed} of ${n} runs collapse and stay down; ${goOn}.`, out.width),
    "",
    out.color.bold(first.of),
    out.color.bold(top),
    ...lines.flatMap((line, at) => wrap(names[at]!, out.width, `${line.padEnd(width)}  `)),
    "",
    ...(cut.length === 0 ? wrap(sheddingInWords(playbook.leastShedding), out.width) : cut),
    ...others,
    ...wrap(FOOTER, out.width).map((line) => out.color.dim(line)),
  ];
}

const FOOTER =
  "Seconds include what passes; lost are people who came from then on and were not served, in each run; kept away are " +
  "those who did not come because of what was shed, who count neither as lost nor in what is served, but in the order " +
  "of what is equally good. Wilson's intervals, 95 %.";

function cellsOf({ recovery, keptAway }: GroupRecovery): string[] {
  const { recovered, seconds, lost, goodput } = recovery;
  return [
    countWithInterval(recovered),
    seconds === null ? "-" : `${figure(seconds.median)} s`,
    lost === null ? "-" : whole(lost),
    keptAway === 0 ? "-" : whole(keptAway),
    goodput === null ? "-" : percent(goodput),
  ];
}

function sheddingInWords(least: number | null): string {
  if (least === null) return "No share of the load that stays away for a while is enough.";
  return `It is enough that ${least} % of the load stay away for a while; 1 % less is not.`;
}

/** Other groups may be helped by what does not help everybody. */
function bestFor(of: string, remedies: readonly TriedRemedy[], isComplete: boolean): string {
  const recoveryOf = ({ groups }: TriedRemedy) => groups.find((group: GroupRecovery) => group.of === of)?.recovery;
  const k = (remedy: TriedRemedy) => recoveryOf(remedy)?.recovered.k ?? 0;
  const most = Math.max(...remedies.map(k));
  if (!(most > 0)) return `${of}: ${isComplete ? "nothing helps" : "not known"}`;
  const best = remedies.filter((remedy) => k(remedy) === most).map(({ words }) => words);
  const more = best.length > SHOWN ? ` and ${best.length - SHOWN} more` : "";
  const [first] = remedies.filter((remedy) => k(remedy) === most);
  return `${of}: ${countWithInterval(recoveryOf(first!)!.recovered)} by ${best.slice(0, SHOWN).join("; ")}${more}`;
}

const SHOWN = 4;
