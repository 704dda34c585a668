import { expect, test } from "vitest";
import { PROXYSQL_CONNECT_TIMEOUT } from "../../models/error.ts";
import { OK } from "../../sim/service.ts";
import { stage } from "./proxysql-crowd.ts";

const HOLD = 100_000;

function overloaded(waiterOrder: "edf" | "random") {
  const rig = stage({
    world: { seed: "t4", checkEvery: 1 },
    db: { max_connections: 100 },
    proxysql: { mysql_servers: [{ hostname: "db", max_connections: 10 }], model: { waiterOrder } },
  });
  rig.crowd.waits = HOLD;
  rig.crowd.poisson(150, 100);
  rig.seconds(100);
  return rig;
}

for (const order of ["edf", "random"] as const) {
  test(`probe ${order}`, () => {
    const { crowd, world } = overloaded(order);
    const late = crowd.answers.filter((a) => a.at > 50);
    const ok = late.filter((a) => a.outcome === OK);
    const bad = late.filter((a) => a.outcome === PROXYSQL_CONNECT_TIMEOUT);
    console.log(order, ok.length / 50, bad.length / 50, crowd.answers.find((a) => a.outcome !== OK)?.at,
      ok.reduce((s, a) => s + a.took, 0) / ok.length, world.sim.dispatched,
      world.sim.record.gauges.map((g, i) => [g.path, g.name, world.sim.record.gaugeColumns.value[i]].join(" ")).join("\n"), world.sim.journal.entries.length);
  });
}
