import { expect, test } from "vitest";
import { collapsedState, forkOf } from "../../../scenarios/verdict/collapsed-state.ts";
import { type Playbook, playbook } from "../../../scenarios/verdict/playbook.ts";
import { recoveryIn } from "../../../scenarios/verdict/recovery.ts";
import { remediesOf, shedding } from "../../../scenarios/verdict/remedy.ts";
import { Collapses } from "./collapses.ts";

const TOY = "scenarios/defences/lasting-overload.yaml";
/** What the file waits for takes longer than a test need. */
const SHORT = ["duration=100s", "checks=[]", "recovery.within=150s"];
const FEED = ["duration=3m", "checks=[]", "recovery.within=3m"];

function triedIn({ remedies }: Playbook, words: string) {
  const { recovery } = remedies.find((remedy) => remedy.words === words)!.groups[0]!;
  return { ...recovery.recovered, seconds: recovery.seconds?.median, lost: recovery.lost! };
}

const toy = new Collapses(TOY, 3, SHORT);
const remedies = toy.answer(playbook(toy.question));

test("against lasting overload everything helps that empties the queue, and the cheapest and fastest stand first", () => {
  expect(remedies).toMatchObject({ n: 3, collapsed: 3, allowed: 150 });
  expect(remedies.unchanged[0]!.recovery.recovered).toMatchObject({ k: 0, n: 3 });
  expect(triedIn(remedies, "restart server")).toMatchObject({ k: 3, n: 3 });
  expect(triedIn(remedies, "restart server").seconds).toBeLessThan(10);
  expect(triedIn(remedies, "shed 20 % of the load for 120 s")).toMatchObject({ k: 0, n: 3 });
  expect(triedIn(remedies, "shed 100 % of the load for 120 s").lost).toBeLessThan(
    triedIn(remedies, "shed 60 % of the load for 120 s").lost,
  );
  expect(remedies.remedies[0]!.words).toBe("restart server");
  // 60 % of 60 a second, for two minutes.
  const shed = remedies.remedies.find(({ words }) => words === "shed 60 % of the load for 120 s")!;
  expect(shed.groups[0]!.keptAway).toBeCloseTo(4320, 6);
  expect(remedies.remedies[0]!.groups[0]!.keptAway).toBe(0);
  const counts = remedies.remedies.map(({ groups }) => groups[0]!.recovery.recovered.k);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

test("the least share that has to stay away is what trying each percentage finds, and a little more than theory's 44 %", () => {
  const { leastShedding } = remedies;
  const state = toy.answer(collapsedState(toy.question));
  const percents = Array.from({ length: 11 }, (_, at) => leastShedding! - 5 + at);
  const outcomes = state.collapsed.map((each) => {
    const branches = percents.map((percent) => shedding(toy.question.scenario, percent)!.changes(each));
    const result = toy.attempt(forkOf(toy.question, state, each, branches));
    return "branches" in result ? result.branches : [];
  });
  const enough = percents.filter((_, at) => {
    const ways = state.collapsed.map((collapsed, number) => ({ collapsed, outcome: outcomes[number]![at]! }));
    return recoveryIn(ways, "everybody", 150).recovered.k === 3;
  });
  expect(Math.abs(leastShedding! - enough[0]!)).toBeLessThanOrEqual(2);
  // What recovers in the end is 100/3 of 60 a second; but in two minutes the queue has to be worked off, too.
  expect(leastShedding).toBeGreaterThan(100 * (1 - 100 / 3 / 60));
  expect(leastShedding).toBeLessThan(60);
});

test("to restart two pods at once helps where one after the other does not, and the same again in the same way", () => {
  const feed = new Collapses("scenarios/fan-out-spike.yaml", 2, FEED);
  const state = feed.answer(collapsedState(feed.question));
  const wanted = ["restart app, all 2 at once", "restart app, 1 every 30 s"];
  const restarts = remediesOf(feed.question.scenario).filter(({ words }) => wanted.includes(words));
  const jobs = state.collapsed.map((each) =>
    forkOf(
      feed.question,
      state,
      each,
      restarts.map(({ changes }) => changes(each)),
    ),
  );
  const branches = jobs.map((job) => feed.attempt(job)).map((result) => ("branches" in result ? result.branches : []));
  const recovered = restarts.map((_, at) => {
    const ways = state.collapsed.map((collapsed, number) => ({ collapsed, outcome: branches[number]![at]! }));
    return recoveryIn(ways, "everybody", 180).recovered.k;
  });
  expect(recovered[0]).toBe(2);
  expect(recovered[1]).toBeLessThan(2);
  const again = feed.attempt(jobs[0]!);
  expect("branches" in again && again.branches.map(({ digest }) => digest)).toEqual(
    branches[0]!.map(({ digest }) => digest),
  );
});
