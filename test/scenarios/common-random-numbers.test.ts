import { expect, test } from "vitest";
import { Users } from "../../models/load/users.ts";
import type { Load } from "../../models/load/load.ts";
import type { Run } from "../../scenarios/experiment/run.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { type Case, FILES, CASES } from "./every-scenario.ts";

const COMPARED = CASES.flatMap(([title, one]) => {
  const file = FILES.find(({ input }) => input.file === one.input.file)!;
  return one === file ? [] : [[title, file, one] as const];
});

/** Options of a load that say who comes; the others say how they fare. */
const WHO_COMES = ["arrivals", "rate", "recorded", "classes", "zones", "to"];

test.each(COMPARED)("%s meets the same people as the scenario as it stands, until somebody changes the rate", (_, file, variant) => {
  const [before, after] = [file.runTo(), variant.runTo()];
  for (const load of before.loads) {
    const other = after.loads.find(({ path }) => path === load.path);
    if (other === undefined || load.source instanceof Users || !sameWho(load.path, file, variant)) continue;
    const until = Math.min(firstChange(load, before), firstChange(other, after), before.now);
    const seconds = Math.floor(until / SECOND);
    const [one, two] = [comers(load, before, seconds), comers(other, after, seconds)];
    expect(Object.keys(one).length).toBeGreaterThan(1);
    expect(two).toEqual(one);
    const [births, others] = [birthsOf(load, before, until), birthsOf(other, after, until)];
    const both = [...births.keys()].filter((person) => others.has(person));
    expect(both.length).toBeGreaterThan(0);
    for (const person of both) expect(others.get(person), `person ${person}`).toEqual(births.get(person));
  }
});
