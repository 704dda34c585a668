import { clock } from "../../../scenarios/experiment/clock.ts";
import {
  type Explanation,
  type FailureCause,
  type FailureReason,
  subjectInWords,
} from "../../../scenarios/experiment/explanation.ts";
import type { FactGroup } from "../../../scenarios/experiment/fact-group.ts";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import type { Fact } from "../../../scenarios/experiment/story.ts";
import { percent, whole } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** Contributing causes that are told; more than these tire the reader. */
const MOST_CONTRIBUTING = 14;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** The story of a run: verdict, chain of causes, what contributed, and what made single attempts fail. */
export function storyLines(result: RunResult, story: Explanation | undefined, printer: Printer): string[] {
  if (story === undefined) return ["There is no load, so nobody was there to suffer."];
  const verdict = wrap(result.verdict, printer.width);
  return [
    ...verdict,
    "",
    ...chainLines(story, printer),
    ...contributingLines(story, printer),
    ...failureLines(story, printer),
  ];
}

function chainLines({ subject, chain, contributing, load }: Explanation, { color, width }: Printer): string[] {
  if (subject === undefined) {
    const why = load.outage === "none" ? "There was no outage" : "The run ended before the outage had been announced";
    return [`${why}, and no check broke at an instant that could be traced to its causes.`, ""];
  }
  const title = color.bold(`How it came to ${subjectInWords(subject)}`);
  const room = String(chain.length).length;
  const steps = chain.flatMap((fact, at) => {
    const head = `${String(at + 1).padStart(room + 1)}  ${color.cyan(clock(fact.at).padEnd(7))}  `;
    const because = becauseOf(fact, at, chain, contributing);
    const [first = "", ...others] = wrap(`${fact.text}${lasting(fact)}`, width, head);
    const indent = " ".repeat(room + 12);
    return [first, ...others, ...(because === "" ? [] : wrap(because, width, indent).map((line) => color.dim(line)))];
  });
  return [title, ...steps, ""];
}

/** "because of step 3; also step 1, a and b": the step before it, and what else it names itself. */
function becauseOf(fact: Fact, at: number, chain: readonly Fact[], contributing: readonly FactGroup[]): string {
  if (at === 0) return "";
  const others = fact.because.slice(1);
  const steps = others.map((id) => stepOf(id, chain)).filter((step) => step > 0);
  const letters = contributing.flatMap((group, index) => {
    const letter = index < MOST_CONTRIBUTING ? LETTERS[index]! : undefined;
    return letter !== undefined && group.facts.some(({ id }) => others.includes(id)) ? [letter] : [];
  });
  const also = [...new Set(steps)].sort((a, b) => a - b).map((step) => `step ${step}`);
  const more = [...also, ...letters].join(", ").replace(/, ([^,]*)$/, " and $1");
  return `because of step ${at}${more === "" ? "" : `; also ${more}`}`;
}

/** The number of a fact in the chain, from 1; 0 if it is not in it. */
function stepOf(id: number, chain: readonly Fact[]): number {
  return chain.findIndex((fact) => fact.id === id) + 1;
}

function lasting({ sort, at, until }: Fact): string {
  if (sort !== "condition") return "";
  return until === null ? " (until the end)" : until - at < 1e6 ? "" : ` (until ${clock(until)})`;
}

function contributingLines({ contributing }: Explanation, { color, width }: Printer): string[] {
  if (contributing.length === 0) return [];
  const told = contributing.slice(0, MOST_CONTRIBUTING);
  const lines = told.flatMap((group, at) => {
    const time = color.cyan(spanOf(group).padEnd(18));
    return wrap(group.text, width, ` ${LETTERS[at]}  ${time}  `);
  });
  const more = contributing.length - told.length;
  return [color.bold("What contributed"), ...lines, ...(more > 0 ? [`    and ${more} more sorts of facts`] : []), ""];
}

function spanOf({ from, until }: FactGroup): string {
  return until === from ? clock(from) : `${clock(from)} to ${clock(until)}`;
}

function failureLines({ failures, sampled, chain }: Explanation, printer: Printer): string[] {
  const attempts = failures.reduce((sum, { count }) => sum + count, 0);
  if (attempts === 0) return ["No attempt failed."];
  const title = printer.color.bold(`What made ${whole(attempts)} attempts fail`);
  const note = sampled < attempts ? printer.color.dim(` (causes from an even sample of ${whole(sampled)})`) : "";
  return [title + note, ...failures.flatMap((failure) => reasonLines(failure, chain, printer))];
}

function reasonLines(failure: FailureReason, chain: readonly Fact[], printer: Printer): string[] {
  const { reason, count, share, causes, others, ownDemand } = failure;
  const head = `  ${percent(share).padStart(7)}  ${printer.color.bold(reason)} (${whole(count)} attempts)`;
  const rest = [
    ...(others > 0 ? [`${percent(others).padStart(7)}  rarer causes`] : []),
    ...(ownDemand > 0 ? [`${percent(ownDemand).padStart(7)}  their own demand was too long, nothing else`] : []),
  ];
  return [
    head,
    ...causes.flatMap((cause) => causeLines(cause, chain, printer)),
    ...rest.map((line) => `      ${line}`),
  ];
}

function causeLines({ group, share, root }: FailureCause, chain: readonly Fact[], { color, width }: Printer): string[] {
  const step = stepOf(root.id, chain);
  const isRoot = group.facts.some(({ id }) => id === root.id);
  const words = step > 0 ? `step ${step} above` : `${clock(root.at)}, ${root.text}`;
  const origin = isRoot ? [] : wrap(`goes back to ${words}`, width, " ".repeat(15));
  return [
    ...wrap(`${group.text}, ${spanOf(group)}`, width, `      ${percent(share).padStart(7)}  `),
    ...origin.map((line) => color.dim(line)),
  ];
}
