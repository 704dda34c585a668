import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { FILES } from "./every-scenario.ts";
test("x", () => {
  const out: string[] = [];
  for (const [title, file] of FILES) {
    const until = file.until / 4;
    const runs = [{}, { seed: "another" }, { replication: 1 }].map((options) => file.runTo(until, options));
    const sums = runs.map((r) => JSON.stringify(Array.from(r.world.sim.record.counts)) + JSON.stringify(r.world.sim.record.histogramData.map((h) => [h.sum, h.count])));
    out.push(`${title} ${new Set(sums).size}`);
  }
  writeFileSync("/tmp/zz.txt", out.join("\n"));
}, 60000);
