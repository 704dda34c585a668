import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { load } from "../../../scenarios/language/load.ts";
import { said } from "./said.ts";

/** A load of posts, with whatever the calls within are like. */
function posts(steps: string, classes = "", api = ""): string {
  return `
name: posts
title: Posts that are handed out
duration: 5s
components:
  people:
    kind: load
    to: api-lb
    users: 3
    classes:
      - { name: post, steps: [${steps}] }
${classes}
  api-lb: { kind: balancer, to: api }
  api:
    kind: service
    to: db
${api}
  db: { kind: mysql }
checks: []
`;
}

/** What is wrong, without what is merely not said. */
function errorsIn(text: string): string[] {
  return said(text, { kinds: KINDS }).filter((line) => !line.includes(" warning: "));
}

test("a service may call itself, as long as its classes of calls come to an end", () => {
  const text = posts("{ call: hand-out, to: api-lb }", "", "    classes: [{ name: hand-out, queries: 2 }]");
  expect(errorsIn(text)).toEqual([]);
  const { scenario } = load(text, "posts.yaml", { kinds: KINDS });
  const run = new Run(scenario!);
  run.advance();
  const { counters, counts } = run.world.sim.record;
  const asked = counts[counters.findIndex(({ path, name }) => path === "db" && name === "Questions")]!;
  const served = counts[counters.findIndex(({ path, name }) => path === "api-0" && name === "served")]!;
  expect(served).toBeGreaterThan(1000);
  expect(Math.abs(asked - served)).toBeLessThanOrEqual(6);
});

test("classes that call each other in a circle are refused, with the call that closes it", () => {
  const inner = "      - { name: hand-out, share: 0, steps: [{ call: post, to: api-lb }] }";
  expect(errorsIn(posts("{ call: hand-out, to: api-lb }", inner))).toEqual([
    "12:53: people.classes.1.steps.0.call: post -> hand-out -> post is a circle: such a call would never end; expected classes that call each other in one direction",
  ]);
});

test("a call of a class that nobody declares, and of a component that takes no calls, are refused", () => {
  expect(errorsIn(posts("{ call: hand-ot, to: db }", "      - { name: hand-out, share: 0 }"))).toEqual([
    '11:39: people.classes.0.steps.0.call: there is no class "hand-ot"; expected "hand-out"',
    '11:52: people.classes.0.steps.0.to: "db" is a mysql, which serves no http here; expected one of api-lb, api',
  ]);
});

test("what does not fit in a step is said of the sort of step that is meant", () => {
  expect(errorsIn(posts("{ cpu: 5 }, { queries: 2, paralel: true }"))).toEqual([
    '11:38: people.classes.0.steps.0.cpu: 5 needs a unit; expected "5ms", or one of the units us, µs, ms, s, m, h, d',
    '11:57: people.classes.0.steps.1.paralel: unknown key "paralel"; expected "parallel"',
  ]);
});

test("a service has workers or a process, not both", () => {
  expect(errorsIn(posts("{ cpu: 1ms }", "", "    workers: 4\n    process: { kind: node }"))).toEqual([
    "15:5: api: a service has either `workers` or a `process`, which has workers of its own; expected values that fit together",
  ]);
});
