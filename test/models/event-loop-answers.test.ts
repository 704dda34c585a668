import { expect, test } from "vitest";
import { NONE } from "../../sim/record/journal.ts";
import { system, timesOf } from "./service-system.ts";

const ASK = { name: "ask", waits: "10ms" };
const REPORT = { name: "report", queries: 0, cpu: "500ms" };

/** Two ask at once for the only connection, and then somebody wants a report that takes the processor for 500 ms. */
function oneConnection(process: object) {
  return system({
    people: {
      recorded: [
        { at: "0s", class: "ask" },
        { at: "0s", class: "ask" },
        { at: "1ms", class: "report" },
      ],
      classes: [ASK, REPORT],
    },
    api: { ...process, cores: 2, to: "db", pool: { kind: "mysql2", connectionLimit: 1 } },
    db: {},
  });
}

test("an event loop that computes hears no answer, and the connection that it came on is free for nobody", () => {
  const { world, run } = oneConnection({ process: { kind: "node" } });
  run(2);
  expect(timesOf(world, "people", "http_req_duration")).toMatchObject({ count: 3, max: 511 });
});

test("threads that compute side by side hear of it at once", () => {
  const { world, run } = oneConnection({});
  run(2);
  expect(timesOf(world, "people", "http_req_duration")).toMatchObject({ count: 3, max: 500 });
  expect(timesOf(world, "api/db", "wait").max).toBe(10);
});

test("what follows an answer is computed in the turn in which it is heard, not in another one", () => {
  const { world, run } = system({
    people: {
      recorded: [
        { at: "0s", class: "ask" },
        { at: "1ms", class: "report" },
        { at: "2ms", class: "report" },
        { at: "400ms", class: "report" },
      ],
      classes: [{ name: "ask", steps: [{ queries: 1, waits: "10ms" }, { cpu: "5ms" }] }, REPORT],
    },
    api: { process: { kind: "node" }, to: "db" },
    db: {},
  });
  run(3);
  // The first report until 501 ms, the second until 1001 ms, then the answer of 10 ms, and last who came at 400 ms.
  expect(timesOf(world, "people", "http_req_duration")).toMatchObject({ count: 4, max: 1106 });
  expect(timesOf(world, "people", "http_req_duration").p(50)).toBeGreaterThan(990);
});

test("who waits for an answer that nobody has heard is cut off when the process ends, and no connection is left", () => {
  const { world, people, pods, run } = oneConnection({ process: { kind: "node" } });
  run(0.1);
  people.stop(people.origin);
  pods[0]!.stop(NONE);
  run(2);
  world.sim.check();
  expect(world.count("people", "connection broken")).toBe(3);
  const { gauges, gaugeColumns } = world.sim.record;
  const left = ["Threads_connected", "active", "busy"].map((name) => gauges.findIndex((gauge) => gauge.name === name));
  expect(left.map((index) => gaugeColumns.value[index])).toEqual([0, 0, 0]);
});
