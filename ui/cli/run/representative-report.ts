import type { Representative } from "../../../scenarios/study/representative.ts";
import { GOODPUT } from "../../../scenarios/study/response.ts";
import { inUnit } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";
import type { ChangeOptions } from "../run-options.ts";

/** Which of many runs to look at, and how. */
export function representativeLines(
  representative: Representative | null,
  file: string,
  options: ChangeOptions,
  { width }: Printer,
): string[] {
  if (representative === null || representative.n < 2) return [];
  const { by, unit, n, median, lowest, highest } = representative;
  const [least, most] = by === GOODPUT.name ? ["worst", "best"] : ["lowest", "highest"];
  const words = ({ replication, value }: { replication: number; value: number }) =>
    `replication ${replication} (${inUnit(value, unit)})`;
  const sentence =
    lowest.value === highest.value
      ? `By ${by} all ${n} runs are alike (${inUnit(median.value, unit)}). To look at one:`
      : `By ${by} the median of ${n} runs is ${words(median)}, the ${least} ${words(lowest)}, the ${most} ${words(highest)}. To look at one:`;
  return ["", ...wrap(sentence, width), `  ${commandFor(file, options)} --replication ${median.replication}`];
}

/** The command line that makes one of these runs again. */
function commandFor(file: string, { variant, seed, set }: ChangeOptions): string {
  const changes = [
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...(seed === undefined ? [] : ["--seed", seed]),
    ...set.flatMap((change) => ["--set", change]),
  ];
  return ["brownout", "run", file, ...changes].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
