import type { Job } from "../../../scenarios/study/job.ts";
import type { Crew, OnReply } from "./crew.ts";

/** Does jobs that take turns, one of A and one of B, where A and B are different files. */
export class PairedCrew implements Crew {
  private readonly crews: readonly [a: Crew, b: Crew];

  constructor(crews: readonly [a: Crew, b: Crew]) {
    this.crews = crews;
  }

  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    const sides = this.crews.map((crew, side) => {
      const own = jobs.filter((_, at) => at % 2 === side);
      return crew.do(own, (at, reply, seconds) => onReply(2 * at + side, reply, seconds));
    });
    // Both go on to their end, even if one has nothing more to do than to say why.
    const ends = await Promise.allSettled(sides);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.crews.map((crew) => crew.dismiss()));
  }
}
