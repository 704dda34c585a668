import { expect, test } from "vitest";
import { nameOf, OUTCOMES } from "../../../../models/error.ts";
import { KINDS } from "../../../../models/kinds.ts";
import { networkFacts } from "../../../../models/network/kind.ts";
import { TIMELINE_FACTS } from "../../../../scenarios/experiment/timeline.ts";
import { OK } from "../../../../sim/service.ts";
import { FACTS_KO } from "../../../../ui/web/words/facts-ko.ts";
import { REASONS_KO } from "../../../../ui/web/words/reasons-ko.ts";

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
