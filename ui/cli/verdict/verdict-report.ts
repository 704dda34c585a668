import type { Scenario } from "../../../scenarios/language/scenario.ts";
import type { Judged } from "../../../scenarios/verdict/counterfactual.ts";
import { everybodyIn, type Finding, harmful, isDown } from "../../../scenarios/verdict/finding.ts";
import type { GroupFate, RunClass } from "../../../scenarios/verdict/run-class.ts";
import type { HealthyStart, Part, Verdict } from "../../../scenarios/verdict/verdict.ts";
import { countWithInterval, figure, meanWithHalf, minutes } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";
import { capacityLines } from "./capacity-report.ts";
import { playbookLines } from "./playbook-report.ts";
import { quoted, triggerLines } from "./trigger-report.ts";
import { actionInShort, actionLines } from "./verdict-actions.ts";
import { loopLines } from "./verdict-loop.ts";

/** What the report needs to know besides the verdict. */
export interface VerdictContext {
  readonly scenario: Scenario;
  readonly parts: readonly Part[];
  readonly finding: Finding;
  readonly isInterrupted: boolean;
  /** The file with the smallest trigger, if one is written. */
  readonly triggerFile: string | undefined;
}

/** The verdict as an incident report: what happened, who did it, would it come back, what keeps it down; in short. */
export function verdictLines(verdict: Verdict, context: VerdictContext, out: Printer): string[] {
  const { parts, isInterrupted } = context;
  const everybody = everybodyIn(verdict);
  if (everybody === undefined) return ["no run was done, so there is nothing to judge"];
  const { actions, dualStart, loop, capacity, playbook, trigger } = verdict;
  return [
    ...section("What happened", happenedLines(verdict, everybody, out), out),
    ...section("Who did it", actions === null ? [] : actionLines(actions, out), out),
    ...section("Would it come back", parts.includes("back") ? backLines(verdict, everybody, dualStart, out) : [], out),
    ...section("What keeps it down", loop === null ? [] : loopLines(loop, out), out),
    ...section("What would help", playbook === null ? [] : playbookLines(playbook, out), out),
    ...section("The smallest trigger", trigger === null ? [] : triggerLines(trigger, context.triggerFile, out), out),
    ...section(
      "How much load it carries",
      capacity === null ? [] : capacityLines(capacity, context.scenario, out),
      out,
    ),
    ...wrap(METHOD, out.width).map((line) => out.color.dim(line)),
    ...(isInterrupted ? [out.color.yellow("interrupted: this is what is known so far")] : []),
    "",
    ...wrap(inShort(verdict, everybody), out.width, out.color.bold("In short: ")),
  ];
}

const METHOD = "Wilson's, Student's and Kaplan-Meier's intervals, at 95 %; n is the number of runs.";

function section(title: string, lines: readonly string[], { color }: Printer): string[] {
  return lines.length === 0 ? [] : [color.bold(title), ...lines, ""];
}

function happenedLines(verdict: Verdict, everybody: GroupFate, out: Printer): string[] {
  const { duration, n } = verdict;
  const longer =
    duration.simulated > duration.file
      ? ` The file's ${minutes(duration.file)} are too short to tell, so ${minutes(duration.simulated)} were simulated.`
      : "";
  const { complete, partial, depth } = everybody;
  const parts = [`a complete outage in ${countWithInterval(complete)}`];
  if (partial.k > 0) parts.push(`a partial one in ${countWithInterval(partial)}`);
  const outage = `${parts.join(", ")}, depth ${depth.mean.toFixed(2)}`;
  return [
    ...wrap(`${COURSES[everybody.usual]}: ${outage} (1 is nobody served).${longer}`, out.width),
    "",
    ...tableLines(verdict.groups, n, out),
  ];
}

const COURSES: Readonly<Record<RunClass, string>> = {
  unaffected: "Goodput never left the healthy band",
  recovered: "It came back by itself in time",
  slow: "It came back by itself, but too late",
  censored: "The runs end before it shows whether it comes back",
  overload: "It did not come back",
  metastable: "It did not come back",
  lasting: "It did not come back",
};

function tableLines(groups: readonly GroupFate[], n: number, { color }: Printer): string[] {
  const head = ["", "class", `runs of ${n}`, "people lost", "back after"];
  const rows = groups.flatMap(({ of, classes, lost, timeToRecover }) =>
    [...classes].reverse().map(({ class: name, ...count }, at) => {
      const first = at === 0;
      return [
        first ? of : "",
        name,
        rangeOf(count),
        first ? meanWithHalf(lost) : "",
        first ? afterOf(timeToRecover) : "",
      ];
    }),
  );
  const [first = "", ...others] = columns([head, ...rows], [3]);
  return [color.bold(first), ...others];
}

/** "20 (84 to 100 %)": how many of the runs, where n is said elsewhere. */
function rangeOf(count: GroupFate["complete"]): string {
  return countWithInterval(count).replace(/ of \d+/, "");
}

function afterOf({ median, low, high, n, censored }: GroupFate["timeToRecover"]): string {
  if (n === 0) return "never away";
  if (median === undefined) return censored === n ? "-" : `- (${n - censored} of ${n})`;
  const ends = [low, high].map((end) => (end === undefined ? "?" : figure(end)));
  return `${figure(median)} s (${ends.join(" to ")})`;
}

function backLines(
  { within, n, duration }: Verdict,
  everybody: GroupFate,
  start: HealthyStart | null,
  out: Printer,
): string[] {
  const allowed = `Recovery may take ${minutes(within)} once nothing more is done (recovery.within).`;
  if (start === null) return wrap(backInWords(everybody, n, duration.simulated, allowed), out.width);
  if (start.refused !== null) {
    return wrap(`The final configuration is not possible from the start: ${start.refused}.`, out.width);
  }
  const { healthy, overrides } = start;
  const what =
    overrides.length === 0
      ? "Nothing was ever done to it, so these runs are a healthy start already"
      : "The final configuration from a healthy start, with the same people";
  const changed = overrides.flatMap((change) => wrap(quoted(change), out.width, "  --set "));
  return [
    ...wrap(backInWords(everybody, n, duration.simulated, allowed), out.width),
    ...wrap(`${what}: ${healthyInWords(healthy)}.`, out.width),
    ...changed.map((line) => out.color.dim(line)),
  ];
}

function healthyInWords(healthy: HealthyStart["healthy"]): string {
  if (healthy.n === 0) return "none of these runs was done";
  return `healthy in ${countWithInterval(healthy)}; from the failed state in none of them`;
}

const WORDS: Partial<Record<RunClass, string>> = {
  metastable: "METASTABLE: it would work, had it not failed; only a strong push brings it back",
  overload: "OVERLOAD, not metastable: what it ends at does not work, however it starts",
};

function backInWords({ usual }: GroupFate, n: number, simulated: number, allowed: string): string {
  if (n === 0) return allowed;
  const words = WORDS[usual];
  if (words !== undefined) return `${words}. ${allowed}`;
  if (usual === "lasting") return `It does not come back. ${allowed}`;
  if (usual === "unaffected") return `There was nothing to come back from. ${allowed}`;
  if (usual === "censored") return `Not known: ${minutes(simulated)} are too short. ${allowed}`;
  return `Yes. ${allowed}`;
}

/** The whole in two or three sentences, the last words of the report. */
function inShort({ n, actions, groups, loop }: Verdict, everybody: GroupFate): string {
  const { usual } = everybody;
  const count = everybody.classes.find((each) => each.class === usual)!;
  const down = groups.filter((group) => isDown(group) && !isDown(everybody));
  const parts = down.length === 0 ? "" : ` Down for good: ${down.map(({ of }) => of).join(", ")}.`;
  const who = whoInShort(actions ?? [], n);
  const sustaining = loop?.groups.find((group) => group.sustaining.length > 0)?.sustaining ?? [];
  const kept =
    sustaining.length === 0 ? "" : ` What keeps it down: ${sustaining.map((set) => set.join(" with ")).join(", or ")}.`;
  const runs = countWithInterval(count).replace(" (", " runs (");
  return `${usual} in ${runs}, ${meanWithHalf(everybody.lost)} of all people lost.${parts}${who}${kept}`;
}

/** The worst action; that none did harm is said only if each was left undone in every run. */
function whoInShort(actions: readonly Judged[], n: number): string {
  const [worst] = harmful(actions);
  if (worst !== undefined) return ` ${actionInShort(worst)}`;
  const isOpen = ({ deed, effect }: Judged) => deed.happened.k > 0 && (effect === null || effect.n < n);
  const open = actions.filter(isOpen).map(({ deed }) => deed.name);
  if (open.length > 0)
    return ` Not known whether an action did harm, as runs without it were not done: ${open.join(", ")}.`;
  return actions.length === 0 ? "" : " No action did harm.";
}
