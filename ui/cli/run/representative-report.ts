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
  const values = valuesInWords(
    [median, lowest, highest].map(({ value }) => value),
    unit,
  );
  const [middle, low, high] = [median, lowest, highest].map(
    ({ replication }, at) => `replication ${replication} (${values[at]})`,
  );
  const others = `the ${least} ${n === 2 ? "of 2 runs is " : ""}${low}, the ${most} ${high}`;
  const sentence =
    new Set(values).size === 1
      ? `By ${by} all ${n} runs are alike (${values[0]}).`
      : n === 2
        ? `By ${by} ${others}; 2 runs have none in the middle.`
        : `By ${by} the median of ${n} runs is ${middle}, ${others}.`;
  return [
    "",
    ...wrap(`${sentence} To look at one:`, width),
    `  ${commandFor(file, options)} --replication ${median.replication}`,
  ];
}

/** With as many digits as it takes to tell apart values that differ, at most six more than usual. */
function valuesInWords(values: readonly number[], unit: string): string[] {
  const distinct = new Set(values).size;
  const usual = values.map((value) => inUnit(value, unit));
  if (new Set(usual).size === distinct) return usual;
  const tries = [2, 3, 4, 5, 6].map((digits) => values.map((value) => value.toFixed(digits)));
  const enough = tries.find((texts) => new Set(texts).size === distinct);
  return enough === undefined ? usual : enough.map((text) => `${text}${unit === "" ? "" : ` ${unit}`}`);
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
