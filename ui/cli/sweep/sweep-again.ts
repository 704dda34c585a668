import type { Cell } from "../../../scenarios/study/cell.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { type Printer, wrap } from "../printer.ts";
import type { SweepOptions } from "./sweep-options.ts";

/** Around an answer: what was asked, and whether somebody stopped it. */
export interface Asked {
  readonly file: string;
  readonly options: SweepOptions;
  readonly isInterrupted: boolean;
}

/** The command that does one run of a sweep again by itself, and the digest that comes out of it. */
export function againLines({ cells, classes }: SweepAnswer, { file, options }: Asked, out: Printer): string[] {
  const cell = interesting(cells, classes);
  const run = cell?.runs.find((each) => each.class === cell.class);
  if (cell === undefined || run === undefined) return [];
  const { variant, seed } = options;
  const words = [
    ...["brownout", "run", file],
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...cell.overrides.flatMap((override) => ["--set", override]),
    ...(seed === undefined ? [] : ["--seed", seed]),
    ...["--replication", String(run.replication)],
  ];
  return [
    "",
    ...wrap(`One of them again (${run.class}; its digest is ${run.digest}):`, out.width),
    `  ${words.map(quoted).join(" ")}`,
  ];
}

/** The worst there is, where it borders on something else if it does anywhere. */
function interesting(cells: readonly Cell[], classes: readonly string[]): Cell | undefined {
  const simulated = classes.flatMap((name) => cells.filter((cell) => cell.class === name && cell.n > 0));
  const worst = simulated.filter((cell) => cell.class === simulated[0]!.class);
  return worst.find(({ isBorder }) => isBorder) ?? simulated[0];
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w.,:=/%+@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
