import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { jobsFor } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { conductHere } from "../../../scenarios/study/study.ts";
import { counterfactuals, effectOf, judgementOn } from "../../../scenarios/verdict/counterfactual.ts";
import { deedsOf, together } from "../../../scenarios/verdict/deed.ts";
import { findingOf, harmful } from "../../../scenarios/verdict/finding.ts";
import { verdict } from "../../../scenarios/verdict/verdict.ts";

/** A run in which so many of a hundred people were lost. */
function lost(count: number, outage: "complete" | "partial" = "partial"): Outcome {
  return { fates: [{ of: "everybody", people: 100, lost: count, depth: count / 100, outage }] } as unknown as Outcome;
}

test("exchanging the sides turns every sign, bit for bit", () => {
  const shares = fc.array(
    fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true })),
    {
      minLength: 2,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(shares, (pairs) => {
      const one = pairs.map(([a]) => lost(a));
      const other = pairs.map(([, b]) => lost(b));
      const [there, back] = [effectOf(one, other), effectOf(other, one)];
      const turned = [there.lost.mean, there.lost.low!, there.lost.high!].map((number) => 0 - number);
      expect([back.lost.mean, back.lost.high, back.lost.low].map((number) => 0 + number!)).toEqual(turned);
      expect(back.alone).toEqual({ with: there.alone.without, without: there.alone.with, p: there.alone.p });
      expect(back.depth).toEqual({ with: there.depth.without, without: there.depth.with });
    }),
  );
});

test("a cascade makes the outage complete more often than chance allows: six pairs of six, and not five of five", () => {
  const complete = Array.from({ length: 6 }, () => lost(90, "complete"));
  const partial = Array.from({ length: 6 }, () => lost(90));
  expect(judgementOn(effectOf(complete, partial))).toBe("cascade");
  expect(judgementOn(effectOf(partial, complete))).toBe("none");
  expect(judgementOn(effectOf(complete.slice(1), partial.slice(1)))).toBe("none");
});

test("harm is one person in a hundred more, and more than chance explains; less than that is none", () => {
  const runs = (...counts: number[]) => counts.map((count) => lost(count));
  expect(judgementOn(effectOf(runs(12, 13, 12, 13), runs(10, 11, 10, 11)))).toBe("harm");
  expect(judgementOn(effectOf(runs(10, 11, 10, 11), runs(12, 13, 12, 13)))).toBe("help");
  expect(judgementOn(effectOf(runs(10.5, 11.6, 10.5, 11.6), runs(10, 11, 10, 11)))).toBe("none");
  expect(judgementOn(effectOf(runs(50, 0, 50, 0), runs(10, 11, 10, 11)))).toBe("none");
});

const CASCADE = "scenarios/scale-out-cascade.yaml";

function opened(file: string, variant: string | undefined) {
  const input = { file, text: readFileSync(file, "utf8"), attachments: new Map() };
  const change = { variant, overrides: [] };
  return { replicator: new Replicator(input), change, scenario: loadInput(input, change).scenario! };
}

/** What a verdict says, and how many runs it took. */
function judged(file: string, variant: string | undefined, replications: number) {
  const { replicator, change, scenario } = opened(file, variant);
  let runs = 0;
  const study = verdict({ scenario, change, replications, parts: ["who", "back"] });
  const answer = conductHere(study, (job) => {
    runs++;
    return replicator.attempt(job);
  });
  return { answer, runs };
}

/** Six in the everyday tests, and all that was done as one; the build server takes forty, and each action by itself. */
const REPLICATIONS = Number(process.env.BROWNOUT_REPLICATIONS ?? 6);

test("case 000: scaling out made a partial outage complete; without it the outage is never complete", () => {
  const { replicator, scenario, change } = opened(CASCADE, undefined);
  const jobs = jobsFor([change], undefined, REPLICATIONS);
  const outcomes = jobs.map((job) => replicator.do(job).outcome);
  const deeds = deedsOf(scenario, outcomes);
  const asked = REPLICATIONS > 6 ? deeds : [together(deeds)];
  const { judged } = conductHere(counterfactuals(change, undefined, outcomes, asked), (job) => replicator.attempt(job));
  const all = judged.find(({ deed }) => deed.isAll)!;
  expect(all).toMatchObject({ judgement: "cascade", deed: { words: "4 actions together" } });
  expect(all.effect!.complete.with.k).toBeGreaterThanOrEqual(0.95 * REPLICATIONS);
  expect(all.effect!.complete.without.k).toBeLessThanOrEqual(0.05 * REPLICATIONS);
  expect(deeds.map(({ name, words }) => `${name}: ${words}`)).toContain("scale-proxysql: scale proxysql to 43");
  if (REPLICATIONS <= 6) return;
  expect(judged.find(({ deed }) => deed.name === "scale-proxysql")!.judgement).toBe("cascade");
  expect(harmful(judged).map(({ deed }) => deed.name)).toEqual(["scale-proxysql", "all of them"]);
}, 900_000);

test("case 000 with an independent probe: nobody ever scales out, so no harm is done", () => {
  const { answer } = judged(CASCADE, "independent-probe", 3);
  expect(answer.actions!.map(({ deed, judgement }) => [deed.happened.k, judgement])).toEqual([
    [0, null],
    [0, null],
    [0, null],
    [0, null],
  ]);
  expect(answer.groups[0]!.usual).toBe("unaffected");
  expect(findingOf(answer)).toBe("well");
});

test("case 004: nothing was done to it, and it does not work: overload, for which its own runs are proof enough", () => {
  const { answer, runs } = judged("scenarios/fan-out.yaml", undefined, 4);
  expect(answer.groups[0]!.classes).toMatchObject([{ class: "overload", k: 4 }]);
  expect(answer.dualStart).toMatchObject({ overrides: [], healthy: { k: 0, n: 4 } });
  expect([answer.actions, runs]).toEqual([[], 4]);
});
