import { Command, Option } from "commander";
import { KINDS } from "../../models/kinds.ts";
import { ENGINE } from "../../scenarios/experiment/engine.ts";
import { scenarioSchema } from "../../scenarios/language/schema.ts";
import { type CasesOptions, casesCommand } from "./cases-command.ts";
import { compareCommand } from "./compare/compare-command.ts";
import type { CompareOptions } from "./compare/compare-sides.ts";
import { mergeCommand } from "./crew/merge-command.ts";
import { withStudy } from "./crew/study-options.ts";
import { type WorkerOptions, withWorker, workerCommand } from "./crew/worker-command.ts";
import { docsCommand } from "./docs-command.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { type FindOptions, findCommand } from "./find/find-command.ts";
import { type FlipOptions, flipCommand } from "./find/flip-command.ts";
import { shareIn, withSearch } from "./find/search-options.ts";
import { type SensitivityOptions, sensitivityCommand } from "./find/sensitivity-command.ts";
import { type ExplainOptions, explainCommand } from "./run/explain-command.ts";
import { type RunCommandOptions, runCommand } from "./run/run-command.ts";
import { type VariantsOptions, variantsCommand } from "./run/variants-command.ts";
import {
  jobsOption,
  jsonOption,
  replicationOption,
  replicationsOption,
  seedOption,
  withChange,
} from "./run-options.ts";
import { Session } from "./session.ts";
import { sweepCommand } from "./sweep/sweep-command.ts";
import { type SweepOptions, withSweep } from "./sweep/sweep-options.ts";
import { validateCommand } from "./validate-command.ts";
import { type PlaybookOptions, playbookCommand } from "./verdict/playbook-command.ts";
import { type TriggerOptions, triggerCommand } from "./verdict/trigger-command.ts";
import { verdictCommand } from "./verdict/verdict-command.ts";
import { type VerdictOptions, withVerdict } from "./verdict/verdict-options.ts";

const ABOUT = `Simulates a system of proxies, pools and databases, and says where it breaks and why.
A scenario is a YAML file; the same file and seed give the same run, bit by bit.`;

const ENDING = `
Exit codes:
  0  everything came out as the file expects (a disaster that is expected to happen counts)
  1  something did not
  2  the scenario or the command line is wrong; nothing ran
  3  inconclusive: interrupted, or the run was too short to decide
  4  an invariant of the simulator broke: a mistake in Brownout, never in the scenario

Begin with:
  brownout run scenarios/scale-out-cascade.yaml
  brownout explain scenarios/scale-out-cascade.yaml`;

/** Told of the session of the command, and of how it ends. */
export interface Ending {
  session: Session;
  code: ExitCode;
}

/** All commands with their options. */
export function program(ending: Ending): Command {
  const root = new Command("brownout")
    .description(ABOUT)
    .version(ENGINE, "-V, --version", "print the version")
    .addHelpText("after", ENDING)
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError(true)
    .exitOverride();
  const conduct = async (isOutputTaken: boolean, command: (session: Session) => ExitCode | Promise<ExitCode>) => {
    const { args, sharded } = ending.session;
    ending.session = new Session(args, isOutputTaken, sharded);
    ending.code = await command(ending.session);
  };
  addRun(root, conduct);
  addExplain(root, conduct);
  addValidate(root, conduct);
  addSchema(root);
  addVariants(root, conduct);
  addCompare(root, conduct);
  addSensitivity(root, conduct);
  addFind(root, conduct);
  addFlip(root, conduct);
  addVerdict(root, conduct);
  addPlaybook(root, conduct);
  addTrigger(root, conduct);
  addSweep(root, conduct);
  addWorker(root, conduct);
  addCases(root, conduct);
  addDocs(root, conduct);
  addMerge(root, ending);
  return root;
}

type Conduct = (isOutputTaken: boolean, command: (session: Session) => ExitCode | Promise<ExitCode>) => Promise<void>;

const FILE = "a scenario";

function addRun(root: Command, conduct: Conduct): void {
  withChange(root.command("run").description("run a scenario and say how it came out").argument("<file>", FILE))
    .addOption(replicationsOption())
    .addOption(replicationOption().conflicts(["replications", "precision", "warmUp"]))
    .option("--of <measure>", 'the number of each run that many runs are judged by (default: "goodput of everybody")')
    .option("--precision <width>", "runs until its mean is exact to 5% of itself, or to 20ms; at most 1000")
    .option(
      "--warm-up <time>",
      "of 10 runs, leave out what comes before 30s, or auto: before the steady state; needs --of, a measure over time",
    )
    .addOption(jobsOption())
    .addOption(jsonOption("the result"))
    .option("--record <file>", "write a recording of the run, usually named .run.gz, for the player")
    .option("--report <file>", "write a page of one file that replays the run in a browser, usually named .html")
    .action((file: string, options: RunCommandOptions) =>
      conduct(options.json === "-", (session) => runCommand(file, options, session)),
    );
}

function addExplain(root: Command, conduct: Conduct): void {
  withChange(
    root.command("explain").description("run a scenario and tell the chain of causes").argument("<file>", FILE),
  )
    .addOption(replicationOption())
    .action((file: string, options: ExplainOptions) =>
      conduct(false, (session) => explainCommand(file, options, session)),
    );
}

function addValidate(root: Command, conduct: Conduct): void {
  root
    .command("validate")
    .description("say everything that is wrong in scenarios, without running them")
    .argument("<files...>", "scenarios")
    .action((files: string[]) => conduct(false, (session) => validateCommand(files, session)));
}

function addSchema(root: Command): void {
  root
    .command("schema")
    .description("print the JSON Schema of scenarios, for editors")
    .action(() => void process.stdout.write(`${JSON.stringify(scenarioSchema(KINDS), null, 2)}\n`));
}

function addVariants(root: Command, conduct: Conduct): void {
  const command = root
    .command("variants")
    .description("compare a scenario with all of its variants, over many runs on all processors")
    .argument("<file>", FILE);
  withStudy(command, "the tables and the outcomes of all runs", { variant: false })
    .addOption(replicationsOption(40))
    .action((file: string, options: VariantsOptions) =>
      conduct(options.json === "-", (session) => variantsCommand(file, options, session)),
    );
}

function addCompare(root: Command, conduct: Conduct): void {
  const command = root
    .command("compare")
    .description("compare A with B, both with the same people and luck: what does a change do, and since when?")
    .argument("<file>", "a scenario: both A and B, or A alone")
    .argument("[other]", "another scenario, which is B")
    .option("--variant-a <name>", "A is this variant (default: the scenario as it stands)")
    .option("--variant-b <name>", "B is this variant")
    .addOption(manyTimes("--set-a <path=value>", "change a value in A alone"))
    .addOption(manyTimes("--set-b <path=value>", "change a value in B alone"))
    .addOption(manyTimes("--measure <number>", 'compare this, as on the left of a check: "max(in_flight(people))"'))
    .addOption(replicationsOption(20))
    .addHelpText("after", COMPARE_EXAMPLES);
  withStudy(command, "the comparison").action((file: string, other: string | undefined, options: CompareOptions) =>
    conduct(options.json === "-", (session) => compareCommand(file, other, options, session)),
  );
}

const COMPARE_EXAMPLES = `
Without --measure: goodput of each load, class and zone, p(95) of http_req_duration, http_req_failed.
--variant, --set and --seed are for both sides.

For example:
  brownout compare scenarios/scale-out-cascade.yaml --variant-b independent-probe
  brownout compare scenarios/scale-out-cascade.yaml --set-b noti-db.max_connections=70
  brownout compare before.yaml after.yaml --replications 40`;

function manyTimes(flags: string, about: string): Option {
  return new Option(flags, `${about}; may be given many times`)
    .argParser((value, before: readonly string[]) => [...before, value])
    .default([], "none");
}

function addSensitivity(root: Command, conduct: Conduct): void {
  const by = new Option("--by <share>", "how far each figure is moved down and up")
    .argParser(shareIn)
    .default(0.2, "20%");
  const command = root
    .command("sensitivity")
    .description("move each assumed figure, one at a time, and say what it does to goodput and to the outcome")
    .argument("<file>", FILE);
  withStudy(command, "the moves")
    .addOption(replicationsOption(10))
    .addOption(by)
    .addOption(new Option("--range", "move each figure to the ends of its stated range").conflicts("by"))
    .option("--csv <file>", "write the moves to a file as a table")
    .action((file: string, options: SensitivityOptions) =>
      conduct(options.json === "-", (session) => sensitivityCommand(file, options, session)),
    );
}

function addFind(root: Command, conduct: Conduct): void {
  const command = root
    .command("find")
    .description("find where a figure tips the answer to a question, as two values that it lies between")
    .argument("<file>", FILE)
    .requiredOption("--vary <path=lo..hi>", "the figure and its range, as in --vary people.rate=50/s..200/s")
    .requiredOption("--until <check>", 'the question, any check: "outage(people) >= complete"')
    .addOption(
      new Option("--share <share>", "where it is so in this share of all runs").argParser(shareIn).default(0.5, "50%"),
    );
  withSearch(command, "every value that was tried").action((file: string, options: FindOptions) =>
    conduct(options.json === "-", (session) => findCommand(file, options, session)),
  );
}

function addFlip(root: Command, conduct: Conduct): void {
  const command = root
    .command("flip")
    .description("find which assumed figures change the verdict within their ranges, and where")
    .argument("<file>", FILE)
    .option("--until <check>", "the verdict is whether this check holds (default: it is the outage class)");
  withSearch(command, "the figures").action((file: string, options: FlipOptions) =>
    conduct(options.json === "-", (session) => flipCommand(file, options, session)),
  );
}

function addSweep(root: Command, conduct: Conduct): void {
  withSweep(
    root.command("sweep").description("run a scenario all over ranges of its values").argument("<file>", FILE),
  ).action((file: string, options: SweepOptions) =>
    conduct(options.json === "-", (session) => sweepCommand(file, options, session)),
  );
}

function addWorker(root: Command, conduct: Conduct): void {
  withWorker(root.command("worker").description("do the runs of commands elsewhere that have the same --queue")).action(
    (options: WorkerOptions) => conduct(false, (session) => workerCommand(options, session)),
  );
}

function addVerdict(root: Command, conduct: Conduct): void {
  withVerdict(root.command("verdict").argument("<file>", FILE)).action((file: string, options: VerdictOptions) =>
    conduct(options.json === "-", (session) => verdictCommand(file, options, session)),
  );
}

function addPlaybook(root: Command, conduct: Conduct): void {
  withStudy(
    root
      .command("playbook")
      .description("try what operators can do once it has collapsed: what helps, how fast, and at what price")
      .argument("<file>", FILE),
    "the remedies",
  )
    .addOption(replicationsOption(10))
    .action((file: string, options: PlaybookOptions) =>
      conduct(options.json === "-", (session) => playbookCommand(file, options, session)),
    );
}

function addTrigger(root: Command, conduct: Conduct): void {
  withStudy(
    root
      .command("trigger")
      .description("find the least that has to happen for it to collapse, and write it as a scenario of its own")
      .argument("<file>", FILE),
    "the trigger",
  )
    .addOption(replicationsOption(20))
    .option("--write <file>", "where the new scenario goes")
    .action((file: string, options: TriggerOptions) =>
      conduct(options.json === "-", (session) => triggerCommand(file, options, session)),
    );
}

function addCases(root: Command, conduct: Conduct): void {
  root
    .command("cases")
    .description("replay what happened, and hold every figure that was reported against the simulation")
    .argument("[files...]", "scenarios with reported figures (default: all that come with Brownout)")
    .addOption(replicationsOption().default(undefined, "as the scenario says"))
    .addOption(seedOption())
    .addOption(jobsOption())
    .addOption(jsonOption("the figures"))
    .action((files: string[], options: CasesOptions) =>
      conduct(options.json === "-", (session) => casesCommand(files, options, session)),
    );
}

function addDocs(root: Command, conduct: Conduct): void {
  root
    .command("docs")
    .description("explain a kind of component: each option with its meaning, unit, default and source")
    .argument("[kind]", "a kind, or scenario for the file itself (default: a list of them)")
    .action((kind: string | undefined) => conduct(false, (session) => docsCommand(kind, session)));
}

function addMerge(root: Command, ending: Ending): void {
  root
    .command("merge")
    .description("put together what shards of a study have done: the answer is that of the whole study")
    .usage("<files...> [options of the study's command]")
    .argument("<files...>", "folders of results, or files in them")
    .allowUnknownOption()
    .action(async (_files: string[], _options: object, { args }: Command) => {
      const { args: again, runs } = mergeCommand(args, ending.session);
      ending.session = new Session(again, false, runs);
      await program(ending).parseAsync(again, { from: "user" });
    });
}

/** What commander ends with, in our terms: help and version were asked for, everything else is a wrong command line. */
export function exitCodeOfCommander({ exitCode }: { readonly exitCode: number }): ExitCode {
  return exitCode === 0 ? EXIT.asExpected : EXIT.wrongInput;
}
