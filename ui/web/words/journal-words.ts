import { type GroupWords, SUBJECT } from "../../../scenarios/experiment/fact-group.ts";
import { type Fact, sentence } from "../../../scenarios/experiment/story.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Language } from "../settings.ts";
import { FACTS_KO } from "./facts-ko.ts";
import { REASONS_KO } from "./reasons-ko.ts";
import { UNITS_KO } from "./units-ko.ts";

/** The sentence of a fact in a language. What somebody wrote in the scenario ("because") stays as it is. */
export function factText(fact: Fact, { header }: Recording, language: Language): string {
  const template = language === "ko" ? FACTS_KO[fact.fact] : undefined;
  if (template === undefined) return fact.text;
  const remark = header.remarks.find((each) => fact.text.endsWith(` ("${each}")`));
  const words = sentence(template, fact.component, fact.figures);
  return remark === undefined ? words : `${words} ("${remark}")`;
}

/** A fact without its component and figures: "…개 중 …개", as the name of all facts of its sort. */
export function factKindText(fact: string, language: Language): string {
  const template = language === "ko" ? FACTS_KO[fact] : undefined;
  if (template === undefined) return fact;
  return template
    .replace("{component}: ", "")
    .replace(/\s*\([^)]*\)/g, "")
    .replace(/\{\w+\}/g, "…");
}

/** The journal of a recording in a language. */
export function journalIn(recording: Recording, language: Language): readonly Fact[] {
  const { journal } = recording.result;
  return language === "en" ? journal : journal.map((fact) => ({ ...fact, text: factText(fact, recording, language) }));
}

/** Why attempts failed, as the product words it or in Korean. */
export function reasonText(reason: string, language: Language): string {
  return language === "ko" ? (REASONS_KO[reason] ?? reason) : reason;
}

/** A unit as metrics have it ("packets", "requests/s") in a language. */
export function unitText(unit: string, language: Language): string {
  if (language === "en") return unit;
  const [counted = "", ...per] = unit.split("/");
  return [UNITS_KO[counted] ?? counted, ...per].join("/");
}

/** How several facts are told as one; English is the way that they are told anyhow. */
export const GROUP_WORDS: Readonly<Record<Language, GroupWords | undefined>> = {
  en: undefined,
  ko: {
    onPods: (text, pods, owner, part) =>
      text.replaceAll(SUBJECT, part === "" ? `${owner} 파드 ${pods}개` : `${owner} 파드 ${pods}개의 ${part}`),
    range: (least, most) => `${least}~${most}`,
    times: (text, times) => `${text} (${times}회)`,
  },
};
