import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import { firstDifference } from "../../../scenarios/study/first-difference.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { MINUTE, SECOND } from "../../../sim/time.ts";
import { CUT } from "../../ui/cli/brownout.ts";

const CABLE = new Replicator({ file: "cut.yaml", text: CUT, attachments: new Map() });
const cable = (...overrides: string[]) => CABLE.do({ overrides, replication: 0 }).result;

test("two runs part at the very instant at which something is done to one of them alone", () => {
  const { event, series, people, served, until } = firstDifference(cable(), cable("timeline.0.lasting=10s"));
  expect(until).toBe(2 * MINUTE);
  expect(event).toEqual({ at: 30 * SECOND, onlyA: [], onlyB: ["db and all of its group work normally again"] });
  expect(series!.until).toBe(30 * SECOND);
  expect(series!.differing[0]).toMatchObject({ component: "db", metric: "Questions", a: 0, b: 4 });
  expect(people).toEqual([{ load: "people", at: null }]);
  expect(served).toMatchObject({ at: 30 * SECOND, a: { people: 6, served: 0 }, b: { people: 6, served: 6 } });
});

test("what is left undone in one run is where it parts from the other, and both say so", () => {
  const { event } = firstDifference(cable(), cable("timeline.0.skipped=true"));
  expect(event!.at).toBe(20 * SECOND);
  expect(event!.onlyA).toEqual(['db and all of its group are cut off ("a cable is pulled")']);
  expect(event!.onlyB).toHaveLength(1);
});

test("two runs part, too, where the same condition ends earlier in one of them", () => {
  const a = cable("timeline.0.lasting=10s");
  const ended = a.journal.find(({ sort, until }) => sort === "condition" && until !== null)!;
  const longer = a.journal.map((fact) => (fact === ended ? { ...fact, until: ended.until! + SECOND } : fact));
  const { event } = firstDifference(a, { ...a, journal: longer });
  expect(event).toEqual({ at: ended.until, onlyA: [`no longer: ${ended.text}`], onlyB: [] });
});

test("a run parts nowhere from itself, nor from one that ends earlier", () => {
  const [whole, half] = [cable(), cable("duration=60s", "checks=[]")];
  const nowhere = { event: null, series: null, people: [{ load: "people", at: null }], served: null };
  expect(firstDifference(whole, cable())).toEqual({ until: 2 * MINUTE, ...nowhere });
  expect(firstDifference(whole, half)).toMatchObject({ until: MINUTE, event: null, series: null });
});

test("who comes is told apart from how they fare", () => {
  const more = firstDifference(cable(), cable("people.rate=11/s"));
  expect(more.people[0]!.at).toBeLessThan(10 * SECOND);
  expect(more.served?.at ?? 20 * SECOND).toBeGreaterThanOrEqual(19 * SECOND);
  const dearer = firstDifference(cable("people.classes.0.work=100ms"), cable("people.classes.0.work=2s"));
  expect(dearer.people).toEqual([{ load: "people", at: null }]);
  const { at, a, b } = dearer.served!;
  expect(at).toBeLessThan(5 * SECOND);
  expect([a.people, a.served > b.served]).toEqual([b.people, true]);
});

test("the marker of the cascade is the first entry that the two journals do not share, whichever is looked at first", () => {
  const file = "scenarios/scale-out-cascade.yaml";
  const replicator = new Replicator({ file, text: readFileSync(file, "utf8"), attachments: new Map() });
  const a = replicator.do({ overrides: [], replication: 0 }).result;
  const b = replicator.do({ variant: "independent-probe", overrides: [], replication: 0 }).result;
  const { event, series, served, people } = firstDifference(a, b);
  const [before, after] = [instantsOf(a), instantsOf(b)];
  const instants = [...new Set([...before.keys(), ...after.keys()])].sort((one, other) => one - other);
  const first = instants.find((at) => `${before.get(at)?.sort()}` !== `${after.get(at)?.sort()}`);
  expect(event!.at).toBe(first);
  expect(event!.at).toBeGreaterThan(MINUTE);
  expect(people).toEqual([{ load: "load-test", at: null }]);
  expect(series!.from).toBeLessThan(event!.at);
  expect(served!.at).toBeGreaterThan(MINUTE);
  const back = firstDifference(b, a);
  expect(back.event).toEqual({ at: event!.at, onlyA: event!.onlyB, onlyB: event!.onlyA });
  expect(back.served).toEqual({ ...served, a: served!.b, b: served!.a });
});

/** What begins, ends and happens, by instant. */
function instantsOf({ journal }: RunResult): Map<number, string[]> {
  const instants = new Map<number, string[]>();
  const note = (at: number, words: string) => instants.set(at, [...(instants.get(at) ?? []), words]);
  for (const { at, until, sort, text } of journal) {
    note(at, text);
    if (sort === "condition" && until !== null) note(until, `end: ${text}`);
  }
  return instants;
}
