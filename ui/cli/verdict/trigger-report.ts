import type { SmallestTrigger, TriggerExtent } from "../../../scenarios/verdict/smallest-trigger.ts";
import { countWithInterval, figure } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** The least that has to happen for a scenario to collapse, and the file in which it does, if one is written. */
export function triggerLines(
  trigger: SmallestTrigger | "interrupted" | null,
  file: string | undefined,
  out: Printer,
): string[] {
  if (trigger === "interrupted") {
    return wrap("Interrupted before it was known whether a run collapses, and what has to happen for it.", out.width);
  }
  if (trigger === null) return wrap("No run has a complete outage, so there is no trigger to look for.", out.width);
  const { actions, parts, inFull, atSmallest, atTenthLess, seed, replication, isComplete } = trigger;
  return [
    ...wrap(`As it stands it collapses in ${countWithInterval(inFull)}.`, out.width),
    ...wrap(leftInWords(actions), out.width),
    ...parts.flatMap((part) => wrap(partInWords(part), out.width, "- ")),
    ...wrap(
      `That much collapses in ${countWithInterval(atSmallest)}, a tenth less ${
        atTenthLess.n === 0 ? "was not tried" : `in ${countWithInterval(atTenthLess)}`
      }.`,
      out.width,
    ),
    ...(file === undefined
      ? wrap(`With --seed ${seed} it is replication ${replication} that collapses.`, out.width)
      : [
          ...wrap(`In the file it is replication ${replication} that collapses:`, out.width),
          `  brownout run ${quoted(file)} --replication ${replication}`,
        ]),
    ...(isComplete ? [] : [out.color.yellow("interrupted: it may not be the smallest yet")]),
  ];
}

function leftInWords({ before, after }: SmallestTrigger["actions"]): string {
  if (before === 1) return "Only one thing happens:";
  return `Of ${before} things that happen ${after} ${after === 1 ? "is" : "are"} left:`;
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

/** As a shell takes it. */
export function quoted(word: string): string {
  return /^[\w.,:/=@%+-]*$/.test(word) ? word : `'${word}'`;
}
