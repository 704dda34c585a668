import { expect, test } from "vitest";
import { nameOf } from "../../models/error.ts";
import { TIMED_OUT } from "../../sim/service.ts";
import { type SystemOptions, system, timesOf } from "./service-system.ts";

/** Somebody comes at each of these seconds, and the service goes at another pace from a second to another. */
function paced(
  people: SystemOptions["people"],
  api: NonNullable<SystemOptions["api"]>,
  share: number,
  from: number,
  until: number,
) {
  const built = system({ people, api });
  const { world, group, run } = built;
  run(from);
  const because = world.sim.journal.action(group.id, "paced", [], {});
  group.setPace(share, because);
  run(until);
  group.setPace(1, because);
  run(60);
  return { ...built, because, slowest: timesOf(world, "people", "http_req_duration").max / 1000 };
}

const at = (...seconds: string[]) => seconds.map((second) => ({ at: second }));

test.each([
  ["waits inside the process", { waits: "4s" }, {}],
  ["takes a core for itself", { cpu: "4s" }, {}],
  ["shares the cores", { cpu: "4s" }, { cpuDiscipline: "ps" as const }],
])("what %s stands still with its service, and takes as much longer", (_, needs, api) => {
  const people = { recorded: at("1s"), classes: [{ name: "ask", ...needs }] };
  expect(paced(people, api, 0, 3, 8).slowest).toBe(9);
  expect(paced(people, api, 0.5, 3, 5).slowest).toBe(5);
  expect(paced(people, api, 0.25, 3, 30).slowest).toBe(2 + 8);
  expect(paced(people, api, 0, 6, 8).slowest).toBe(4);
});

test("who comes while a service stands still is taken in, and served once it goes on", () => {
  const people = { recorded: at("1s", "4s", "5s"), classes: [{ name: "ask", waits: "1s" }] };
  const { world, slowest } = paced(people, { workers: 2 }, 0, 3, 8);
  expect(slowest).toBe(5);
  expect(world.count("api-0", "served")).toBe(3);
  expect(timesOf(world, "people", "http_req_duration").mean).toBe((1000 + 5000 + 4000) / 3);
});

test("who gives up on a service that stands still blames what made it so, in service or in line", () => {
  const people = { recorded: at("2900ms", "4s", "5s"), classes: [{ name: "ask", waits: "1s" }], patience: "2s" };
  const { world, people: load, because } = paced(people, { workers: 2, queue: 10 }, 0, 3, 20);
  expect(world.count("people", nameOf(TIMED_OUT))).toBe(3);
  const { entries } = world.sim.journal;
  const causes = [...load.failures.because.slice(0, load.failures.length)];
  expect(causes.slice(0, 2)).toEqual([because, because]);
  expect(entries[causes[2]!]).toMatchObject({ fact: "workers-all-busy" });
  expect(entries[causes[2]!]!.because[0]).toBe(because);
});

test("a pod that ends while it stands still answers its calls as broken, and its next life begins with nothing", () => {
  const { world, pods, group, run } = system({
    people: { recorded: at("1s", "6s"), classes: [{ name: "ask", waits: "2s" }] },
  });
  run(2);
  group.setPace(0, -1);
  run(3);
  pods[0]!.stop(-1);
  pods[0]!.start(-1);
  group.setPace(1, -1);
  run(60);
  expect(world.count("people", "connection broken")).toBe(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(2000);
  world.sim.check();
});
