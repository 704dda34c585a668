import { type Job, jobId } from "../../../scenarios/study/job.ts";
import { EXIT, Unanswered } from "../exit-code.ts";
import type { Crew, OnReply } from "./crew.ts";
import type { ResultsFolder } from "./results-folder.ts";
import { ownOf, type Shard, shardInWords } from "./shard.ts";

export interface RememberingCrewOptions {
  readonly inputHash: string;
  /** Only the jobs of this part are done; default: all. */
  readonly shard?: Shard | undefined;
}

/** Does what a folder does not know done, and keeps it there; a job that is asked for twice is done once. */
export class RememberingCrew implements Crew {
  private readonly crew: Crew;
  private readonly folder: ResultsFolder;
  private readonly options: RememberingCrewOptions;
  private rounds = 0;

  constructor(crew: Crew, folder: ResultsFolder, options: RememberingCrewOptions) {
    this.crew = crew;
    this.folder = folder;
    this.options = options;
  }

  /** Throws an Unanswered if what is left is for other shards. */
  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    const { inputHash, shard } = this.options;
    this.rounds++;
    const numbers = numbersById(jobs, inputHash);
    const own = shard === undefined ? undefined : ownOf(shard, numbers.keys());
    const open: string[] = [];
    let [known, elsewhere, done, failed, mistakes] = [0, 0, 0, 0, 0];
    for (const [id, indices] of numbers) {
      const result = this.folder.find(id);
      if (result !== undefined) {
        known++;
        for (const index of indices) onReply(index, result);
      } else if (own === undefined || own.has(id)) open.push(id);
      else elsewhere++;
    }
    const asked = open.map((id) => jobs[numbers.get(id)![0]!]!);
    await this.crew.do(asked, (at, reply, seconds) => {
      const id = open[at]!;
      this.folder.keep(id, reply);
      if ("failed" in reply && !reply.isInvalid) {
        failed++;
        if (!reply.isGivenUp) mistakes++;
      } else done++;
      for (const index of numbers.get(id)!) onReply(index, reply, seconds);
    });
    if (shard === undefined || elsewhere === 0) return;
    await this.dismiss();
    const left = open.length - done - failed;
    throw new Unanswered(
      [
        `shard ${shardInWords(shard)} is ${left > 0 ? "not " : ""}done with round ${this.rounds}, which has ${numbers.size} runs:`,
        `  ${known} were known before, ${done} are done now, ${failed} failed, ${left} are left, ${elsewhere} are for other shards`,
        `brownout merge ${this.folder.path} puts the shards together when all are done`,
      ].join("\n"),
      mistakes > 0 ? EXIT.ourMistake : left + failed > 0 ? EXIT.inconclusive : EXIT.asExpected,
    );
  }

  async dismiss(): Promise<void> {
    await this.crew.dismiss();
    this.folder.close();
  }
}

/** The numbers of the jobs with each id. */
function numbersById(jobs: readonly Job[], inputHash: string): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const [index, job] of jobs.entries()) {
    const id = jobId(inputHash, job);
    numbers.set(id, [...(numbers.get(id) ?? []), index]);
  }
  return numbers;
}
