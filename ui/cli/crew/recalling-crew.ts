import { type Job, jobId } from "../../../scenarios/study/job.ts";
import { EXIT, Unanswered } from "../exit-code.ts";
import type { Crew, OnReply } from "./crew.ts";
import type { KnownRuns } from "./known-runs.ts";
import { ownOf, type Shard, shardInWords } from "./shard.ts";

/** Of what is missing, so much is told. */
const MOST_TOLD = 10;

/** Does nothing: knows what shards have done, and says what is missing. */
export class RecallingCrew implements Crew {
  private readonly runs: KnownRuns;
  private readonly inputHash: string;
  private rounds = 0;

  constructor(runs: KnownRuns, inputHash: string) {
    this.runs = runs;
    this.inputHash = inputHash;
  }

  /** Throws an Unanswered if a job is not known. */
  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    this.rounds++;
    const ids = jobs.map((job) => jobId(this.inputHash, job));
    const missing = new Set<number>();
    for (const [index, id] of ids.entries()) {
      const result = this.runs.find(id) ?? this.runs.failureOf(id);
      if (result === undefined) missing.add(index);
      else onReply(index, result);
    }
    if (missing.size > 0) throw new Unanswered(this.gapLines(jobs, ids, missing).join("\n"), EXIT.inconclusive);
  }

  async dismiss(): Promise<void> {}

  private gapLines(jobs: readonly Job[], ids: readonly string[], missing: ReadonlySet<number>): string[] {
    const of = this.runs.parts[0]?.shard.of ?? 1;
    const shards = Array.from({ length: of }, (_, at): Shard => ({ index: at + 1, of }));
    const lacking = shards.filter((shard) => {
      const own = ownOf(shard, ids);
      return [...missing].some((index) => own.has(ids[index]!));
    });
    const told = [...missing].slice(0, MOST_TOLD).map((index) => `  ${jobInWords(jobs[index]!)}`);
    const more = missing.size - told.length;
    return [
      `${missing.size} of ${jobs.length} runs of round ${this.rounds} are missing, of shards ${lacking.map(shardInWords).join(", ")}:`,
      ...told,
      ...(more > 0 ? [`  and ${more} more`] : []),
      this.rounds === 1
        ? "Run these shards again; what they have done already is not done again."
        : "Which runs the round has is known from the round before: run all shards again with these files in their --results folder.",
    ];
  }
}

function jobInWords({ variant, overrides, seed, replication }: Job): string {
  const words = [
    `replication ${replication}`,
    ...(variant === undefined ? [] : [`variant ${variant}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...overrides.map((override) => `--set ${override}`),
  ];
  return words.join(" ");
}
