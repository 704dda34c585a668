import { clock } from "../../../scenarios/experiment/clock.ts";
import type { Effect, Judged, Judgement } from "../../../scenarios/verdict/counterfactual.ts";
import { countWithInterval } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** What each action did: the same people without it. */
export function actionLines(actions: readonly Judged[], out: Printer): string[] {
  if (actions.length === 0) return wrap("Nobody did anything: the timeline is empty.", out.width);
  const never = actions.filter(({ deed }) => deed.happened.k === 0);
  const told = actions.filter(({ deed }) => deed.happened.k > 0).flatMap((judged) => judgedLines(judged, out));
  const names = never.map(({ deed }) => deed.name).join(", ");
  return [...told, ...(never.length === 0 ? [] : wrap(`no harm: ${names} never came to pass in any run.`, out.width))];
}

const WORDS: Readonly<Record<Judgement, string>> = {
  cascade: "CASCADE",
  harm: "HARM",
  help: "it helped",
  none: "no harm",
};

function judgedLines({ deed, effect, judgement, refused }: Judged, { color, width }: Printer): string[] {
  const at = deed.at === null ? "" : `, at ${clock(deed.at)}`;
  const some = deed.happened.k < deed.happened.n ? `, in ${countWithInterval(deed.happened)}` : "";
  const what = `${deed.name} (${deed.words}${at}${some})`;
  if (effect === null || judgement === null)
    return wrap(`${what}: ${refused ?? "no pair of runs was done"}`, width, "- ");
  const isBad = judgement === "cascade" || judgement === "harm";
  const word = isBad ? color.red(color.bold(WORDS[judgement])) : WORDS[judgement];
  return [...wrap(`${word}: ${what}`, width, "- "), ...wrap(effectInWords(effect), width, "  ")];
}

function effectInWords({ n, lost, depth, complete, alone }: Effect): string {
  const points = (share: number) => `${share < 0 ? "" : "+"}${(share * 100).toFixed(1)}`;
  const ends =
    lost.low === undefined || lost.high === undefined ? "no interval" : `${points(lost.low)} to ${points(lost.high)}`;
  const p = alone.p < 0.001 ? "p < 0.001" : `p = ${alone.p.toFixed(3)}`;
  const odds = alone.with + alone.without === 0 ? "" : ` (${p})`;
  return (
    `lost goodput ${points(lost.mean)} % of all people (95 % CI ${ends}, n = ${n}), ` +
    `depth ${depth.without.mean.toFixed(2)} -> ${depth.with.mean.toFixed(2)}, ` +
    `complete in ${complete.with.k} of ${n} with and ${complete.without.k} of ${n} without${odds}`
  );
}

/** The worst action in one sentence. */
export function actionInShort({ deed, effect, judgement }: Judged): string {
  if (effect === null) return "";
  const { complete, n } = effect;
  if (judgement === "cascade") {
    return `CASCADE by ${deed.name} (${deed.words}): complete in ${complete.with.k} of ${n} with it and ${complete.without.k} of ${n} without.`;
  }
  return `${deed.name} (${deed.words}) made it worse: lost goodput +${(effect.lost.mean * 100).toFixed(1)} %.`;
}
