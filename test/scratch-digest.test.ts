import { test } from "vitest";
import { FILES } from "./scenarios/every-scenario.ts";
import { digestsOf } from "./scenarios/replay.ts";
test("digest", () => {
  for (const [title, one] of FILES) {
    if (title !== "scale-out-cascade") continue;
    for (let n = 0; n < 3; n++) {
      const run = one.start();
      const t = process.cpuUsage().user;
      run.advance();
      console.log(title, JSON.stringify(digestsOf(run)), (process.cpuUsage().user - t) / 1e6);
    }
  }
});
