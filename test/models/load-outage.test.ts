import { expect, test } from "vitest";
import { Host } from "../../models/host.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import type { TestWorld } from "../world.ts";
import { system } from "./service-system.ts";

function factsOf(world: TestWorld) {
  const { entries } = world.sim.journal;
  return entries
    .filter(({ fact }) => fact.startsWith("outage"))
    .map(({ fact, at, until, component, figures, because }) => ({
      fact,
      path: world.sim.components[component]!.path,
      at: at / 1e6,
      until: until === undefined ? undefined : until / 1e6,
      figures,
      because: because.map((id) => entries[id]!.fact),
    }));
}

/** Serves everybody but the people of zone "a". */
class CutOff extends Host {
  private readonly cut: number;

  constructor(world: World) {
    super(world, "cut off", ELSEWHERE);
    this.cut = world.sim.journal.action(this.id, "link-cut", [], {});
  }

  override receive(request: RequestId): void {
    if (this.sim.requests.zone[request] === 0) this.refuse(request, REFUSED, this.cut);
    else this.reply(request, OK);
  }
}

test("an outage is partial after 30 bad seconds, complete after 60 with nearly nobody served, and over after 30 good ones", () => {
  const { world, pods, people, run } = system({
    people: { rate: "20/s", arrivals: "constant", classes: [{ name: "ask", waits: "10ms" }], patience: "1s" },
  });
  run(100);
  pods[0]!.stop(people.origin);
  run(200);
  pods[0]!.start(people.origin);
  run(300);
  expect(factsOf(world)).toEqual([
    {
      fact: "outage-partial",
      path: "people",
      at: 130,
      until: 234,
      figures: { goodput: 0, since: 100 },
      because: ["load-begins"],
    },
    {
      fact: "outage-complete",
      path: "people",
      at: 164,
      until: 230,
      figures: { goodput: 0, since: 104 },
      because: ["load-begins"],
    },
  ]);
});

test("twenty bad seconds are not an outage", () => {
  const { world, pods, run } = system({ people: { rate: "20/s", classes: [{ name: "ask", waits: "10ms" }] } });
  run(100);
  pods[0]!.stop(-1);
  run(120);
  pods[0]!.start(-1);
  run(300);
  expect(factsOf(world)).toEqual([]);
});

test("people are judged by when they came and not by when they were answered, and only once they are through", () => {
  const { world, pods, run } = system({
    people: {
      rate: "20/s",
      arrivals: "constant",
      classes: [{ name: "ask", waits: "10ms" }],
      patience: "1s",
      retry: { maxRetries: 1, backoff: "20s" },
    },
  });
  run(100);
  pods[0]!.stop(-1);
  run(160);
  pods[0]!.start(-1);
  run(300);
  const [partial, ...others] = factsOf(world);
  expect(others).toEqual([]);
  expect(partial).toMatchObject({ at: 150, figures: { since: 100 } });
});

test("each zone is judged by its own people, and the causes are those that its failures name most often", () => {
  const { world, run } = system({
    zones: ["a", "c"],
    people: {
      rate: "50/s",
      classes: [{ name: "ask", waits: "10ms" }],
      zones: { a: "4%", c: "96%" },
      patience: "1s",
    },
    prepare: (world) => world.components.set("api", new CutOff(world)),
  });
  run(120);
  expect(factsOf(world)).toMatchObject([
    { fact: "outage-partial", path: "people/a", because: ["link-cut"] },
    { fact: "outage-complete", path: "people/a", because: ["link-cut"] },
  ]);
});

test("failures are sampled evenly: at most 2000 of any number, in order of time", () => {
  const { world, people, pods, run } = system({ people: { rate: "1000/s", arrivals: "constant" } });
  pods[0]!.stop(-1);
  run(10.0005);
  const { failures } = people;
  expect(world.count("people", "connection refused")).toBe(10_000);
  expect(failures.every).toBe(8);
  expect(failures.length).toBe(1250);
  expect([...failures.at.slice(0, 3)]).toEqual([1000, 9000, 17_000]);
  expect(failures.at[1249]).toBe(1000 + 1249 * 8000);
  expect(failures.outcome[700]).toBe(REFUSED);
});
