import type { SmallestTrigger, TriggerExtent } from "../../../scenarios/verdict/smallest-trigger.ts";
import { countWithInterval, figure } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** The least that has to happen for a scenario to collapse. */
export function triggerLines(trigger: SmallestTrigger | null, out: Printer): string[] {
  if (trigger === null) return wrap("No run has a complete outage, so there is no trigger to look for.", out.width);
  const { actions, parts, inFull, atSmallest, atTenthLess, replication, isComplete } = trigger;
  return [
    ...wrap(`As it stands it collapses in ${countWithInterval(inFull)}.`, out.width),
    ...wrap(
      `Of ${actions.before} things that happen ${actions.after} ${actions.after === 1 ? "is" : "are"} left:`,
      out.width,
    ),
    ...parts.flatMap((part) => wrap(partInWords(part), out.width, "- ")),
    ...wrap(
      `That much collapses in ${countWithInterval(atSmallest)}, a tenth less in ${countWithInterval(atTenthLess)}.`,
      out.width,
    ),
    ...wrap(`In the file it is replication ${replication} that collapses.`, out.width),
    ...(isComplete ? [] : [out.color.yellow("interrupted: it may not be the smallest yet")]),
  ];
}

function partInWords({ words, before, after }: TriggerExtent): string {
  const { from, to, seconds } = after;
  const size = from === null || to === null ? "" : `: from ${figure(from)} to ${figure(to)}`;
  const full = before.to === null || before.to === to ? "" : ` in place of ${figure(before.to)}`;
  const length = seconds === null ? "" : ` for ${figure(seconds)} s`;
  const longer =
    before.seconds === null || before.seconds === seconds ? "" : ` in place of ${figure(before.seconds)} s`;
  return `${words}${size}${full}${length}${longer}`;
}
