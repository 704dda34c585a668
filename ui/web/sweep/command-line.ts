import type { SweepQuestion } from "../engine/study-question.ts";

/** The command that does the same sweep, as a shell takes it. */
export function commandOf(file: string, { base, vary, seed, replications }: SweepQuestion): string {
  const words = [
    ...["brownout", "sweep", file],
    ...vary.flatMap((axis) => ["--vary", axis]),
    ...(base.variant === undefined ? [] : ["--variant", base.variant]),
    ...base.overrides.flatMap((override) => ["--set", override]),
    ...(seed === undefined ? [] : ["--seed", seed]),
    ...["--replications", String(replications)],
  ];
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w.,:=/%+@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
