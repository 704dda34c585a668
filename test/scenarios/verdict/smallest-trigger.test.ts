import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { type SmallestTrigger, smallestTrigger } from "../../../scenarios/verdict/smallest-trigger.ts";
import { Collapses } from "./collapses.ts";

const TOY = "scenarios/defences/lasting-overload.yaml";
function triggerOf(toy: Collapses): SmallestTrigger {
  const found = toy.answer(smallestTrigger({ ...toy.question, input: toy.input }));
  if (found === null || found === "interrupted") throw new Error("no run collapses");
  return found;
}

/** Things that happen, too, and do not matter; the last waits for a condition. */
const BESIDES = [
  "timeline.+={ at: 10s, do: set, target: callers.retry.maxRetries, to: 3, because: people are impatient }",
  "timeline.+={ at: 70s, do: ramp, target: callers.rate, to: 62/s }",
  "timeline.+={ when: running(server) >= 1, for: 5s, do: set, target: server.queue, to: 1100 }",
];

test("of four things that happen to the toy server one is left, half as large, and a tenth less does no harm", () => {
  const toy = new Collapses(TOY, 20, ["duration=100s", "checks=[]", ...BESIDES]);
  const found = triggerOf(toy);
  expect(found.inFull).toMatchObject({ k: 20, n: 20 });
  expect(found.actions).toEqual({ before: 4, after: 1 });
  const [{ words, before, after }] = found.parts as [(typeof found.parts)[0]];
  expect(words).toBe("callers.rate");
  expect(before).toEqual({ from: 60, to: 300, seconds: 10 });
  // The smallest factor of a spike of ten seconds on 60 a second is 1.5 to 2 in half of the runs, so a little less in one.
  expect(after.to! / after.from!).toBeGreaterThan(1.4);
  expect(after.to! / after.from!).toBeLessThan(1.8);
  expect(found.atSmallest.k).toBeGreaterThanOrEqual(1);
  expect(found.atTenthLess.k).toBeLessThanOrEqual(1);

  const input = { file: "trigger.yaml", text: found.file, attachments: new Map() };
  const { scenario, problems } = loadInput(input, { overrides: [] });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(scenario).toMatchObject({ seed: "000", timeline: [], variants: [], expect: "fails" });
  const { outcome } = new Replicator(input).do({ overrides: [], replication: found.replication });
  expect(outcome).toMatchObject({ outage: "complete", conclusion: "as expected" });
});

test("an entry that is left keeps its words, at the time at which its condition was fulfilled", () => {
  const overrides = [
    "duration=120s",
    "checks=[]",
    "callers.rate=60/s",
    "timeline.+={ at: 15s, do: set, target: server.queue, to: 1100 }",
    "timeline.+={ when: running(server) >= 1, for: 20s, do: slow, target: server, by: 20, lasting: 30s, because: a full disk }",
    "timeline.+={ at: 90s, do: set, target: server.queue, to: 1000 }",
  ];
  const toy = new Collapses(TOY, 5, overrides);
  const found = triggerOf(toy);
  expect(found.actions).toEqual({ before: 3, after: 1 });
  const { scenario } = loadInput({ file: "t", text: found.file, attachments: new Map() }, { overrides: [] });
  const [entry] = scenario!.timeline;
  expect(entry).toMatchObject({ do: "slow", target: "server", because: "a full disk", at: 21_000_000 });
  expect((entry as { by: number }).by).toBeLessThan(20);
  expect((entry as { by: number }).by).toBeGreaterThan(1);
  expect((entry as { lasting: number }).lasting).toBeLessThanOrEqual(30_000_000);
  expect(entry!.when).toBeUndefined();
});

test("where no run has a complete outage there is no trigger to look for", () => {
  const calm = new Collapses(TOY, 2, ["callers.rate=60/s"]);
  expect(calm.answer(smallestTrigger({ ...calm.question, input: calm.input }))).toBeNull();
});

test("interrupted before a collapse is known it does not say that there is none, and later what it has, and that it was cut short", () => {
  const toy = new Collapses(TOY, 2, ["duration=100s", "checks=[]"]);
  const question = { ...toy.question, input: toy.input, writeTo: "scenarios/defences/small.yaml" };
  expect(toy.interruptedAt(smallestTrigger(question), "which collapse")).toBe("interrupted");
  const found = toy.interruptedAt(smallestTrigger(question), "how small") as SmallestTrigger;
  expect(found.isComplete).toBe(false);
  expect(found.atSmallest.k).toBeGreaterThanOrEqual(1);
  expect(found.atTenthLess.n).toBe(0);
  const story = found.file.replace(/\s+/g, " ");
  expect(story).toContain("The search was cut short, so a smaller one may do.");
  expect(story).toContain(`brownout run small.yaml --replication ${found.replication}`);
});

test("the place of the schema is kept only where the file is written beside the one that it comes from", () => {
  const toy = new Collapses(TOY, 1, ["duration=100s", "checks=[]"]);
  const fileAt = (writeTo: string) => {
    const question = { ...toy.question, input: toy.input, writeTo };
    return (toy.interruptedAt(smallestTrigger(question), "what is enough alone") as SmallestTrigger).file;
  };
  expect(fileAt("scenarios/defences/small.yaml")).toContain("$schema=../scenario.schema.json");
  expect(fileAt("small.yaml")).not.toContain("$schema");
});
