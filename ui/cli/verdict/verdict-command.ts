import { Mistake } from "../../../models/unit.ts";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { Range } from "../../../scenarios/study/range.ts";
import { leastRuns } from "../../../scenarios/study/trial.ts";
import { type Finding, findingOf } from "../../../scenarios/verdict/finding.ts";
import { LOOP_RUNS, PARTS, type VerdictQuestion, verdict } from "../../../scenarios/verdict/verdict.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { OutputFile } from "../output-file.ts";
import { changeOf } from "../run-options.ts";
import { openScenario, type ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import type { VerdictOptions } from "./verdict-options.ts";
import { verdictLines } from "./verdict-report.ts";

/** Runs of one rate at most, where 19 of 20 have to be well. */
const CAPACITY_RUNS = leastRuns(0.95) + 7;

/** `brownout verdict FILE`: what happened, because of whom, would it come back, and what keeps it down? */
export async function verdictCommand(file: string, options: VerdictOptions, session: Session): Promise<ExitCode> {
  const { replications, seed, skip } = options;
  const change = changeOf(options);
  const opened = openScenario(file, change);
  const { input, scenario } = opened;
  const parts = PARTS.filter((part) => !skip.includes(part));
  const capacity = options.capacity === undefined ? undefined : capacityIn(options.capacity, opened, options);
  const { playbook, smallestTrigger } = options;
  const triggerIn = smallestTrigger === undefined ? undefined : input;
  const asked = { parts, capacity, playbook, triggerIn, triggerTo: smallestTrigger };
  const question: VerdictQuestion = { scenario, change, seed, replications, ...asked };
  const output = new StudyOutput("verdict", opened, options);
  const written = smallestTrigger === undefined ? undefined : new OutputFile(smallestTrigger);
  session.announce(opened, seed, `replications 0 to ${replications - 1}, ${costOf(question)}`);
  const crew = openCrew(input, options, session);
  const { answer, failed, isInterrupted } = await conduct(verdict(question), crew, input, session);
  await crew.dismiss();
  const finding = findingOf(answer);
  output.write({ finding, ...answer }, !isInterrupted);
  if (answer.trigger !== null && answer.trigger !== "interrupted") {
    written?.write(answer.trigger.file);
    written?.finish();
  }
  const context = { scenario, parts, finding, isInterrupted, triggerFile: smallestTrigger };
  session.out.print(verdictLines(answer, context, session.out));
  return failed > 0 ? EXIT.ourMistake : exitCodeOfFinding(finding, scenario, isInterrupted);
}

/** A disaster that the file expects is no surprise. */
function exitCodeOfFinding(finding: Finding, { expect }: Scenario, isInterrupted: boolean): ExitCode {
  if (isInterrupted || finding === "open") return EXIT.inconclusive;
  return finding === "broken" && expect !== "fails" ? EXIT.notAsExpected : EXIT.asExpected;
}

/** How many runs it takes, as far as that is known before. */
function costOf({ scenario, replications: n, parts, capacity }: VerdictQuestion): string {
  const deeds = scenario.timeline.filter(({ skipped }) => !skipped).length;
  const without = parts.includes("who") ? n * (deeds > 1 ? deeds + 1 : deeds) : 0;
  const back = parts.includes("back") && deeds > 0 ? n : 0;
  const runs = n + without + back;
  const loop = parts.includes("loop")
    ? `, and ${Math.min(LOOP_RUNS, n)} that go on from the collapse in many ways`
    : "";
  const more = capacity === undefined ? "" : `, and some ${10 * CAPACITY_RUNS} for the capacities`;
  return `at most ${runs} runs${loop}${more}`;
}

/** The load whose capacities are wanted, if it is one. */
function capacityIn(text: string, { input, scenario }: ScenarioFile, options: VerdictOptions) {
  const [path = "", words = ""] = text.split(/=(.*)/s);
  const load = scenario.components.get(path.replace(/\.rate$/, ""));
  const isRate = path.endsWith(".rate") && (load?.options as { rate?: unknown } | undefined)?.rate !== undefined;
  if (!isRate) throw new WrongInput(`--capacity: ${path} is no rate of a load; expected ${EXAMPLE}`);
  const range = Range.of(words);
  if (range instanceof Mistake) throw new WrongInput(`--capacity: ${range.wrong}; expected ${EXAMPLE}`);
  const change = changeOf(options);
  for (const end of [range.low, range.high]) {
    const overrides = [...change.overrides, `${path}=${range.write(end)}`];
    const [problem] = loadInput(input, { ...change, overrides }).problems.filter(
      ({ severity }) => severity === "error",
    );
    if (problem !== undefined) throw new WrongInput(`--capacity: ${problem.wrong}; expected ${problem.right}`);
  }
  return { path, range, most: CAPACITY_RUNS };
}

const EXAMPLE = "one and a range, such as people.rate=10/s..150/s";
