import { expect, test } from "vitest";
import { nameOf, OUTCOMES } from "../../../../models/error.ts";
import { KINDS } from "../../../../models/kinds.ts";
import { networkFacts } from "../../../../models/network/kind.ts";
import { offersIn } from "../../../../scenarios/experiment/input.ts";
import { TIMELINE_FACTS } from "../../../../scenarios/experiment/timeline.ts";
import { OK } from "../../../../sim/service.ts";
import { FACTS_KO } from "../../../../ui/web/words/facts-ko.ts";
import { REASONS_KO } from "../../../../ui/web/words/reasons-ko.ts";
import { UNITS_KO } from "../../../../ui/web/words/units-ko.ts";
import { FILES } from "../../../scenarios/every-scenario.ts";
import { foreignWords } from "./latin-words.ts";

const ENGLISH = new Map(
  [...KINDS.map(({ facts }) => facts), networkFacts, TIMELINE_FACTS].flatMap((facts) => Object.entries(facts)),
);
const figuresIn = (template: string) => [...new Set(template.match(/\{\w+\}/g) ?? [])].sort();

test("every fact of every kind has a Korean sentence with the very same figures, and none is left over (point 46)", () => {
  const english = Object.fromEntries([...ENGLISH].map(([fact, template]) => [fact, figuresIn(template)]));
  const korean = Object.fromEntries(Object.entries(FACTS_KO).map(([fact, text]) => [fact, figuresIn(text)]));
  expect(korean).toEqual(english);
});

test("Korean sentences begin with the component and a colon, so that no particle follows a name (point 46)", () => {
  for (const text of Object.values(FACTS_KO)) {
    expect(text).toMatch(/^\{component\}: .*[가-힣]/);
    expect(text.slice(1)).not.toContain("{component}");
  }
});

test("one name of a fact means one thing, whichever kind says it", () => {
  for (const { facts } of KINDS) {
    for (const [fact, template] of Object.entries(facts)) expect([fact, template]).toEqual([fact, ENGLISH.get(fact)]);
  }
});

test("every reason for which an attempt can fail has Korean words (point 46)", () => {
  const reasons = OUTCOMES.filter((outcome) => outcome !== OK).map(nameOf);
  expect(Object.keys(REASONS_KO).sort()).toEqual(reasons.sort());
});

test("Korean sentences use no English but terms that Korean engineers use as they are (point 46)", () => {
  const figuresAside = (text: string) => text.replace(/\{\w+\}/g, "");
  const all = [FACTS_KO, REASONS_KO, UNITS_KO].flatMap((table) => Object.values(table));
  expect(all.filter((text) => foreignWords(figuresAside(text)).length > 0)).toEqual([]);
});

test("every unit of what a scenario counts has Korean words, but for times and sizes (point 46)", () => {
  const same = ["", "%", "s", "ms", "bytes", "cpu", "bytes/s"];
  const units = new Set(FILES.flatMap(([, { scenario }]) => offersIn(scenario).metrics.map(({ unit }) => unit)));
  const missing = [...units].filter((unit) => !(unit.split("/")[0]! in UNITS_KO) && !same.includes(unit));
  expect(missing).toEqual([]);
});
