import { expect, test } from "vitest";
import { KINDS } from "../../../models/kinds.ts";
import { NODE_LIVE } from "../../../models/network/kind.ts";
import { mechanismsOf, resumeAt, stopAt } from "../../../scenarios/verdict/mechanism.ts";
import { restore, save } from "../../../sim/snapshot.ts";
import { MINUTE, type Micros } from "../../../sim/time.ts";
import { Audit } from "../audit.ts";
import { type Case, FILES } from "../every-scenario.ts";
import { digestsOf } from "../replay.ts";

const STRIDE = 5000;

/** How far runs go: the one that collapses in full. */
function endOf({ scenario, until }: Case): Micros {
  return scenario.name === "scale-out-cascade" ? until : Math.min(until, MINUTE);
}

/** Everything that can be stopped is, for the middle third of the run. */
function withoutForAWhile(one: Case): Case {
  const third = Math.floor(endOf(one) / 3);
  const mechanisms = mechanismsOf(one.scenario);
  const changes = mechanisms.flatMap((each) => [stopAt(third, each), resumeAt(2 * third, each)]);
  return one.changed(...changes);
}

const AFFECTED = FILES.filter(([, { scenario }]) => mechanismsOf(scenario).length > 0);

test.each(AFFECTED)(
  "%s conserves everything without its mechanisms, and goes on as if it had not been saved",
  (_, one) => {
    const stopped = withoutForAWhile(one);
    const end = endOf(one);
    const run = stopped.runTo(Math.floor(end / 2));
    const saved = structuredClone(save(run.world.sim));
    const audit = new Audit(run);
    audit.everything();
    while (!run.world.sim.runUntil(end, STRIDE)) audit.everything();
    audit.everything();
    const resumed = stopped.start();
    restore(resumed.world.sim, saved);
    resumed.world.sim.runUntil(end);
    expect(digestsOf(resumed)).toEqual(digestsOf(run));
  },
);

test("whatever stops a mechanism is a live parameter of its component", () => {
  for (const [, { scenario }] of FILES) {
    for (const { of, off } of mechanismsOf(scenario)) {
      const { kind, options } = scenario.components.get(of) ?? {};
      const live = [...(kind?.live ?? []), ...(kind?.liveIn?.(options) ?? [])];
      expect(kind === undefined ? NODE_LIVE : live, `${of}: ${off.parameter}`).toContain(off.parameter);
      expect(off.to).not.toBe(off.otherwise);
    }
  }
});

test("what a kind calls a limit can be raised while it runs", () => {
  for (const [, { scenario }] of FILES) {
    for (const { kind, options } of scenario.components.values()) {
      for (const name of Object.keys(kind.limits?.(options) ?? {})) expect(kind.live).toContain(name);
    }
  }
  expect(KINDS.filter(({ limits }) => limits !== undefined).map(({ kind }) => kind)).toEqual(["mysql", "redis"]);
});

test("of nodes only the depth of their buffers can be set, and whoever tries more is told so", () => {
  const [, cascade] = FILES.find(([title]) => title === "scale-out-cascade")!;
  const set = (parameter: string) => `timeline.+={ at: 1m, do: set, target: proxy.${parameter}, to: 25ms }`;
  expect(cascade.changed(set("bandwidth.buffer")).scenario.timeline.at(-1)).toMatchObject({ to: 25_000 });
  expect(() => cascade.changed(set("bandwidth.base"))).toThrow(
    'nodes have no live parameter "bandwidth.base" to set; expected to set "bandwidth.buffer"',
  );
});
