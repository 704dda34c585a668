import { expect, test } from "vitest";
import { groupFacts } from "../../../../scenarios/experiment/fact-group.ts";
import type { Fact } from "../../../../scenarios/experiment/story.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { factKindText, factText, GROUP_WORDS, journalIn, unitText } from "../../../../ui/web/words/journal-words.ts";

const COMPONENTS = [
  { path: "proxysql", kind: "proxysql" },
  { path: "proxysql-0", kind: "proxysql pod" },
  { path: "proxysql-1", kind: "proxysql pod" },
];
const SCALED = fact("worker", "scaled", { to: 16 }, 'operators scale worker to 16 pods ("more workers must help")');
const RECORDING = {
  header: { remarks: ["more workers must help"] },
  result: { journal: [SCALED] },
} as unknown as Recording;

test("a fact keeps what somebody wrote in the scenario as it is written (point 46)", () => {
  expect(factText(SCALED, RECORDING, "ko")).toBe('worker: 운영자가 파드 16개로 scale ("more workers must help")');
  expect(factText(SCALED, RECORDING, "en")).toBe(SCALED.text);
  expect(journalIn(RECORDING, "ko").map(({ id, text }) => [id, text])).toEqual([
    [0, 'worker: 운영자가 파드 16개로 scale ("more workers must help")'],
  ]);
});

test("a fact that nobody has translated is told in English and not left out", () => {
  const unknown = fact("db", "of-another-version", {}, "db does something new");
  expect(factText(unknown, RECORDING, "ko")).toBe("db does something new");
});

test("facts on several pods are told as one in Korean: how many, with ranges of figures and how often (point 46)", () => {
  const shunned = (pod: number, failures: number) =>
    fact(`proxysql-${pod}/db-1`, "server-shunned", { failures }, "in English");
  const facts = [shunned(0, 5), shunned(1, 19), shunned(0, 3)];
  const korean = facts.map((each) => ({ ...each, text: factText(each, RECORDING, "ko") }));
  expect(groupFacts(korean, COMPONENTS, GROUP_WORDS.ko).map(({ text }) => text)).toEqual([
    "proxysql 파드 2개의 db-1: 연속 실패 3~19회 후 shun됨 (반복) (3회)",
  ]);
  const unready = [0, 1].map((pod) => fact(`proxysql-${pod}`, "pod-unready", {}, ""));
  const told = unready.map((each) => ({ ...each, text: factText(each, RECORDING, "ko") }));
  expect(groupFacts(told, COMPONENTS, GROUP_WORDS.ko)[0]!.text).toBe("proxysql 파드 2개: ready가 아님");
});

test("sorts of facts and units have Korean names too (point 46)", () => {
  expect(factKindText("connection-limit-reached", "ko")).toBe("연결 한도 도달, …개 중 …개");
  expect(factKindText("connection-limit-reached", "en")).toBe("connection-limit-reached");
  expect(["requests/s", "packets", "ms"].map((unit) => unitText(unit, "ko"))).toEqual(["요청/s", "패킷", "ms"]);
});

function fact(component: string, name: string, figures: Record<string, number>, text: string): Fact {
  return { id: 0, sort: "condition", at: 0, until: null, component, fact: name, figures, text, because: [] };
}
