import { spawnSync } from "node:child_process";

/** Runs a program that prints its figures as JSON in a process of its own. */
export function figuresOf<Figures>(command: string, args: readonly string[]): Figures {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  return JSON.parse(stdout) as Figures;
}
