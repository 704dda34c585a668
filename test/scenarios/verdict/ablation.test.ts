import { expect, test } from "vitest";
import { type GroupLoop, type SustainingLoop, sustainingLoop } from "../../../scenarios/verdict/ablation.ts";
import { Collapses } from "./collapses.ts";

const TOY = "scenarios/defences/lasting-overload.yaml";
/** What the file waits for takes longer than a test need. */
const SHORT = ["duration=100s", "checks=[]", "recovery.within=60s"];

function loopOf(collapses: Collapses): SustainingLoop {
  return collapses.answer(sustainingLoop(collapses.question));
}

function groupIn(loop: SustainingLoop, of: string): GroupLoop {
  return loop.groups.find((group) => group.of === of)!;
}

/** "4/4" for each mechanism that was stopped alone. */
function countsOf({ ablations }: GroupLoop): Record<string, string> {
  const singles = ablations.filter(({ stopped }) => stopped.length === 1);
  return Object.fromEntries(
    singles.map(({ stopped, recovery: { recovered } }) => [stopped[0], `${recovered.k}/${recovered.n}`]),
  );
}

test("retries keep the toy server down, or its long queue, or the work it does for people who have left", () => {
  const everybody = groupIn(loopOf(new Collapses(TOY, 4, SHORT)), "everybody");
  expect(everybody.unchanged.recovered).toMatchObject({ k: 0, n: 4 });
  expect(everybody.unchanged.goodput).toBeLessThan(0.01);
  expect(countsOf(everybody)).toEqual({
    "client retries of callers": "4/4",
    "a queue longer than people wait of server": "4/4",
    "work for nobody of server": "4/4",
  });
  expect(everybody.sustaining).toHaveLength(3);
  for (const { recovery } of everybody.ablations) expect(recovery.recovered.low).toBeGreaterThan(0.5);
  const [retries, queue] = everybody.ablations.map(({ recovery }) => recovery.seconds!.median);
  // Without retries a queue of 1000 is worked off at 100 less 60 a second; who gets a place in a queue of none is served.
  expect(retries).toBeGreaterThan(15);
  expect(retries).toBeLessThan(30);
  expect(queue).toBeLessThan(15);
  const cycle = everybody.cycles[0]!;
  expect(cycle.does).toEqual(["people who fail ask again"]);
  expect(cycle.steps.map(({ fact }) => fact)).toEqual(["workers-all-busy", "outage-complete"]);
});

test("a server that comes back by itself has no loop, and nothing is tried", () => {
  const loop = loopOf(new Collapses(TOY, 2, SHORT, "load-shedding"));
  expect(loop.n).toBe(2);
  expect(loop.collapsed).toEqual([]);
  expect(loop.groups).toEqual([]);
});

test("after a spike of posts the feed of case 004 is kept down by retries or by a queue longer than people wait", () => {
  const everybody = groupIn(
    loopOf(new Collapses("scenarios/fan-out-spike.yaml", 4, ["duration=150s", "checks=[]", "recovery.within=200s"])),
    "everybody",
  );
  expect(everybody.unchanged.recovered).toMatchObject({ k: 0, n: 4 });
  expect(everybody.sustaining).toEqual([["client retries of people"], ["a queue longer than people wait of app"]]);
});

test("a load that stays too high is no loop: no mechanism brings back what the server cannot do", () => {
  const loop = loopOf(new Collapses(TOY, 1, [...SHORT, "callers.rate=150/s", "server.queue=300"]));
  expect(groupIn(loop, "everybody").sustaining).toEqual([]);
  expect(groupIn(loop, "everybody").ablations).toHaveLength(3 + 3);
});

/** The cascade takes minutes; the build server has them. */
const REPLICATIONS = Number(process.env.BROWNOUT_REPLICATIONS ?? 0);

test.runIf(REPLICATIONS > 0)(
  "the cascade is kept up by the readiness gate on the shared database, and nothing else",
  () => {
    const loop = loopOf(new Collapses("scenarios/scale-out-cascade.yaml", 6));
    for (const of of ["class main", "class edge"]) {
      expect(groupIn(loop, of).sustaining).toEqual([["readiness gate on noti-db of proxysql"]]);
    }
    expect(groupIn(loop, "class noti").sustaining).toEqual([]);
  },
  600_000,
);

test.runIf(REPLICATIONS > 0)(
  "zone-a stays down by retries: without the gate nobody there is served, without retries all",
  () => {
    const loop = loopOf(new Collapses("scenarios/scale-out-cascade.yaml", 6, [], "zone-recovery"));
    const zone = groupIn(loop, "zone zone-a");
    expect(zone.sustaining).toEqual([["client retries of load-test"]]);
    const { k, n } = zone.unchanged.recovered;
    expect([k, n >= 4]).toEqual([0, true]);
    const gate = zone.ablations.find(({ stopped }) => stopped[0] === "readiness gate on noti-db of proxysql")!;
    expect(gate.recovery.recovered.k).toBe(0);
  },
  600_000,
);
