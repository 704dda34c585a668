import { Mistake, show } from "../../../models/unit.ts";
import type { Change } from "../../../scenarios/experiment/input.ts";
import { formatProblem } from "../../../scenarios/language/problem.ts";
import { pathIn } from "../../../scenarios/study/axis.ts";
import { askedIn, isSo, mistakeInClause, mistakesIn } from "../../../scenarios/study/clause.ts";
import type { Job } from "../../../scenarios/study/job.ts";
import { Range } from "../../../scenarios/study/range.ts";
import { type Bracket, bracket } from "../../../scenarios/study/tipping-point.ts";
import { leastRuns, type Question } from "../../../scenarios/study/trial.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { figure } from "../figures.ts";
import { changeOf } from "../run-options.ts";
import { readScenario, type ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { bracketLines } from "./find-report.ts";
import type { SearchOptions } from "./search-options.ts";
import { mistakeInVaried } from "./varied-path.ts";

export interface FindOptions extends SearchOptions {
  /** "path=lo..hi". */
  readonly vary: string;
  /** A check. */
  readonly until: string;
  /** The share of runs in which it must hold. */
  readonly share: number;
}

/** `brownout find FILE --vary path=lo..hi --until CLAUSE`: where does it tip? */
export async function findCommand(file: string, options: FindOptions, session: Session): Promise<ExitCode> {
  const { until, share, within, replications: most, seed } = options;
  const { opened, path, range, change } = openSearch(file, options, session.args);
  const { input } = opened;
  const output = new StudyOutput("bracket", opened, options);
  session.announce(opened, seed, `values of ${path}, at most ${most} runs of each`);
  const jobAt = (x: number, replication: number): Job => {
    const overrides = [...change.overrides, `${path}=${range.write(x)}`, ...askedIn(until)];
    return { variant: change.variant, overrides, seed, replication };
  };
  const question: Question = ({ outcome }) => isSo(outcome);
  const study = bracket({ about: path, range, jobAt, question, share, within, most });
  const crew = openCrew(input, options, session);
  const { answer, failed, isInterrupted } = await conduct(study, crew, input, session);
  await crew.dismiss();
  output.write({ path, until, ...answer }, !isInterrupted);
  session.out.print(bracketLines(answer, { path, until, within, isInterrupted }, session.out));
  return failed > 0 ? EXIT.ourMistake : exitCodeOfBracket(answer, isInterrupted);
}

/** Without a bracket as narrow as was asked for, nothing is decided. */
function exitCodeOfBracket({ found, isNarrow }: Bracket, isInterrupted: boolean): ExitCode {
  return found === "bracket" && isNarrow && !isInterrupted ? EXIT.asExpected : EXIT.inconclusive;
}

/** What is searched, where. */
interface OpenedSearch {
  readonly opened: ScenarioFile;
  readonly path: string;
  readonly range: Range;
  readonly change: Change;
}

/** Reads the scenario, the range and the clause; throws everything that is wrong with any of them. */
function openSearch(file: string, options: FindOptions, args: readonly string[]): OpenedSearch {
  const { vary, until, share, replications } = options;
  const change = changeOf(options);
  const path = pathIn(vary);
  const range = vary.includes("=") ? rangeIn(vary.slice(vary.indexOf("=") + 1)) : NO_RANGE;
  const { input, loaded } = readScenario(file, change);
  const errors = loaded.problems.filter(({ severity }) => severity === "error");
  const mistakes = [...errors.map(formatProblem), ...mistakesInVary(path, args)];
  if (range instanceof Mistake) mistakes.push(`--vary: ${range.wrong}; expected ${range.right}`);
  if (loaded.scenario === undefined)
    mistakes.push(...[mistakeInClause(until)].filter((mistake) => mistake !== undefined));
  else {
    const ends = range instanceof Mistake ? [[]] : [range.low, range.high].map((x) => [`${path}=${range.write(x)}`]);
    for (const end of ends) {
      const overrides = [...change.overrides, ...end];
      mistakes.push(...mistakesIn(input, { ...change, overrides }, until, path));
    }
  }
  const least = leastRuns(share);
  if (replications < least) {
    mistakes.push(
      `--replications: ${replications} runs never show a share of ${figure(share * 100)} %; expected at least ${least}`,
    );
  }
  if (mistakes.length > 0 || loaded.scenario === undefined || range instanceof Mistake) {
    throw new WrongInput([...new Set(mistakes)].join("\n"));
  }
  const warnings = loaded.problems.length - errors.length;
  return { opened: { input, scenario: loaded.scenario, warnings }, path, range, change };
}

/** The option counts only once to who reads it: what was typed tells. */
function mistakesInVary(path: string, args: readonly string[]): string[] {
  const count = args.filter((word) => word === "--vary" || word.startsWith("--vary=")).length;
  const often = `--vary: there are ${count}, and a search is for one figure at a time; expected one, or brownout sweep`;
  const mistake = mistakeInVaried(path);
  return [...(count > 1 ? [often] : []), ...(mistake === undefined ? [] : [mistake])];
}

function rangeIn(words: string): Range | Mistake {
  const plain = words.replace(FLAGS, "");
  if (plain === words) return Range.of(words);
  return new Mistake(`${show(words)} says which values a sweep takes, and a search finds its own`, show(plain));
}

/** Of the range of a sweep: how many values it takes, and whether by equal factors. */
const FLAGS = /(?:\/(?:\d+|log))+\s*$/;

const NO_RANGE = new Mistake("no path=lo..hi", "a path and a range, such as people.rate=50/s..200/s");
