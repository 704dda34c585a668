import { inputHash } from "../../../scenarios/experiment/input.ts";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { summarize } from "../../../scenarios/experiment/summary.ts";
import { type Comparison, comparisonOf } from "../../../scenarios/study/comparison.ts";
import { firstDifference } from "../../../scenarios/study/first-difference.ts";
import { conduct } from "../crew/conduct.ts";
import type { Crew } from "../crew/crew.ts";
import { PairedCrew } from "../crew/paired-crew.ts";
import { openCrew } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { watch } from "../run/watched-run.ts";
import type { Session } from "../session.ts";
import { comparisonLines, sideLines, verdictLines } from "./compare-report.ts";
import {
  type CompareOptions,
  haveLoadInCommon,
  isOneFile,
  openSides,
  responsesFor,
  type Side,
} from "./compare-sides.ts";
import { type Parting, partingLines } from "./parting-report.ts";

/** `brownout compare FILE [OTHER]`: what does a change do, if both sides meet the same people and the same luck? */
export async function compareCommand(
  file: string,
  other: string | undefined,
  options: CompareOptions,
  session: Session,
): Promise<ExitCode> {
  const sides = openSides(file, other, options);
  const responses = responsesFor(sides, options);
  const [a, b] = sides;
  const { replications } = options;
  const seed = options.seed ?? (a.opened.scenario.seed === b.opened.scenario.seed ? undefined : a.opened.scenario.seed);
  const output = new StudyOutput("comparison", a.opened, options);
  const { scenario } = a.opened;
  session.announce({ ...a.opened, scenario: { ...scenario, variant: undefined } }, seed, whichRuns(replications));
  session.out.print(sideLines(sides, session.out));
  const crew = crewFor(sides, options, session);
  const question = { a: a.change, b: b.change, seed, replications, responses };
  const { answer: found, failed, isInterrupted } = await conduct(comparisonOf(question), crew, a.opened.input, session);
  await crew.dismiss();
  const isComparable = haveLoadInCommon(sides);
  const answer = isComparable ? found : { ...found, better: null };
  const parting = isInterrupted ? null : await partingOf(sides, answer, seed, session);
  const isComplete = !isInterrupted && !session.interrupted.aborted;
  output.write({ a: identityOf(a), b: identityOf(b), ...answer, parting }, isComplete);
  session.out.print([
    ...comparisonLines(answer, session.out),
    ...partingLines(parting, session.out),
    ...verdictLines(answer, { replications, isComplete, isComparable }, session.out),
  ]);
  if (failed > 0) return EXIT.ourMistake;
  return isComplete ? EXIT.asExpected : EXIT.inconclusive;
}

function whichRuns(replications: number): string {
  return replications === 1 ? "replication 0 of A and of B" : `replications 0 to ${replications - 1} of A and of B`;
}

function identityOf({ opened, change }: Side): object {
  const { scenario, input } = opened;
  return {
    scenario: scenario.name,
    variant: change.variant ?? null,
    overrides: change.overrides,
    inputHash: inputHash(input),
  };
}

/** Two files share the threads; each needs one at least. */
function crewFor(sides: readonly [Side, Side], options: CompareOptions, session: Session): Crew {
  const [a, b] = sides;
  if (isOneFile(sides)) return openCrew(a.opened.input, options, session);
  const [half, rest] = [Math.ceil(options.jobs / 2), Math.max(1, Math.floor(options.jobs / 2))];
  const crewA = openCrew(a.opened.input, { ...options, jobs: half }, session);
  return new PairedCrew([crewA, openCrew(b.opened.input, { ...options, jobs: rest }, session)]);
}

/** Runs both sides of the pair that stands for all once more, and looks where they part; null if it is interrupted. */
async function partingOf(
  sides: readonly [Side, Side],
  { representative }: Comparison,
  seed: string | undefined,
  session: Session,
): Promise<Parting | null> {
  if (representative === null) return null;
  const results: RunResult[] = [];
  for (const { opened, change } of sides) {
    const run = new Run(opened.scenario, { seed, replication: representative });
    await watch(run, session.interrupted, session.progress);
    if (!run.isOver) return null;
    const { overrides } = change;
    results.push(summarize(run, { overrides, inputHash: inputHash(opened.input), cpuSeconds: null }));
  }
  return { replication: representative, ...firstDifference(results[0]!, results[1]!) };
}
