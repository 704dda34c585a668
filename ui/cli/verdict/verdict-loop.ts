import type { GroupLoop, SustainingLoop } from "../../../scenarios/verdict/ablation.ts";
import { countWithInterval, figure } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** What keeps people from being served: for groups that have the same loop together. */
export function loopLines({ collapsed, groups, n, isComplete }: SustainingLoop, out: Printer): string[] {
  const isUntried = groups.every(({ unchanged }) => unchanged.recovered.n === 0);
  if (!isComplete && isUntried) {
    return wrap("Not known: interrupted before a collapsed run went on without a mechanism.", out.width);
  }
  if (collapsed.length === 0) {
    return wrap(`Not known: none of ${n} runs has people at its end who could be served again.`, out.width);
  }
  const alike = new Map<string, GroupLoop[]>();
  for (const group of groups) {
    const key = JSON.stringify(group.sustaining);
    alike.set(key, [...(alike.get(key) ?? []), group]);
  }
  const parted = [...alike.values()].flatMap((those) => groupLines(those, isComplete, out));
  const which = isComplete ? `Each of ${collapsed.length}` : `Not each of ${collapsed.length}`;
  const how = `${which} collapsed runs goes on from its failed state without a mechanism.`;
  return [...wrap(how, out.width), ...parted];
}

function groupLines(groups: readonly GroupLoop[], isComplete: boolean, out: Printer): string[] {
  const [first] = groups;
  const names = groups.map(({ of }) => of).join(", ");
  const head = `- ${names}: `;
  if (first!.sustaining.length === 0) {
    return wrap(`${names}: ${isComplete ? whyUnknown(first!) : "interrupted before it was known"}`, out.width, "- ");
  }
  const sets = first!.sustaining.flatMap((set, at) => {
    const ablation = first!.ablations.find(({ stopped }) => stopped.join() === set.join())!;
    const { recovered, seconds } = ablation.recovery;
    const after = seconds === null ? "" : `, median ${figure(seconds.median)} s`;
    const line = `${set.join(" with ")}: without it well again in ${countWithInterval(recovered)}${after}`;
    const { steps, isClosed } = first!.cycles[at]!;
    const round = steps.map(({ text }) => text).join(" -> ");
    const cycle = round === "" ? [] : wrap(`${round}${isClosed ? " -> again" : ""}`, out.width, "    ");
    return [...wrap(line, out.width, "  "), ...cycle.map((each) => out.color.dim(each))];
  });
  const { k, n } = first!.unchanged.recovered;
  return [...wrap(`${head.slice(2)}nothing changed, well again in ${k} of ${n}`, out.width, "- "), ...sets];
}

/** Wilson's lower bound is above one half from four of four on. */
const FEWEST = 4;

function whyUnknown({ ablations, unchanged }: GroupLoop): string {
  const { n } = unchanged.recovered;
  if (ablations.length === 0) return "there is no mechanism to stop";
  if (n < FEWEST) return `${n} collapsed runs are too few to tell; expected ${FEWEST} or more`;
  return "they do not recover without any mechanism, or any two of those that matter most";
}
