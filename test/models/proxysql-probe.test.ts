import { test } from "vitest";
import { stage } from "./proxysql-crowd.ts";

const gauges = (rig: ReturnType<typeof stage>) => {
  const { record } = rig.world.sim;
  return Object.fromEntries(record.gauges.map((g, i) => [`${g.path} ${g.name}`, record.gaugeColumns.value[i]]));
};

test("T5", () => {
  const rig = stage({
    world: { seed: "t5", checkEvery: 1, network: { latency: { sameNode: 50, sameZone: 250, crossZone: 700, elsewhere: 250 } } },
    db: { max_connections: 50 },
    pods: 1,
  });
  rig.crowd.waits = 100_000;
  rig.crowd.poisson(800, 60);
  const rows = [];
  for (let s = 0.5; s <= 60; s += 0.5) {
    rig.seconds(s);
    const g = gauges(rig);
    if (s > 30) rows.push([s, g["proxysql-0/hostgroup-0/db ConnUsed"], g["proxysql-0/hostgroup-0/db ConnFree"], g["proxysql-0/hostgroup-0 waiters"], g["db Threads_connected"]].join(" "));
  }
  console.log(rows.join("\n"));
  for (const e of rig.world.sim.journal.entries) if (e.at > 30e6) console.log(e.at / 1e6, (e.until ?? 0) / 1e6, e.fact, JSON.stringify(e.because), JSON.stringify(e.figures));
  console.log(rig.crowd.outcomes(0, 60), rig.crowd.outcomes(30, 60), rig.world.count("proxysql-0/hostgroup-0/db", "ConnERR"), rig.world.count("proxysql-0/hostgroup-0/db", "ConnOK"), rig.world.sim.dispatched, rig.crowd.answers.length);
});
