import { jobId, type Result } from "./job.ts";
import type { Study } from "./study.ts";

/** The same study, for which no job is done twice and none after an interruption; for studies made of several. */
export function* remembering<Answer>(study: Study<Answer>): Study<Answer> {
  const known = new Map<string, Result>();
  let isInterrupted = false;
  let step = study.next();
  while (!step.done) {
    const { about, jobs } = step.value;
    const ids = jobs.map((job) => jobId("", job));
    const open = [...ids.keys()].filter((at) => !known.has(ids[at]!) && ids.indexOf(ids[at]!) === at);
    if (open.length > 0 && !isInterrupted) {
      const reply = yield { about, jobs: open.map((at) => jobs[at]!) };
      for (const [place, result] of reply.results.entries()) {
        if (result !== undefined) known.set(ids[open[place]!]!, result);
      }
      isInterrupted = reply.isInterrupted;
    }
    step = study.next({ results: ids.map((id) => known.get(id)), isInterrupted });
  }
  return step.value;
}
