import { expect, test } from "vitest";
import { Host } from "../../models/host.ts";
import { ER_CON_COUNT_ERROR, PROXYSQL_CONNECT_TIMEOUT } from "../../models/error.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import { OK } from "../../sim/service.ts";
import { type Stage, type Setting, stage } from "./proxysql-crowd.ts";

const SERVER = "proxysql-0/hostgroup-0/db";
const WIRE = { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 250 } };

/** A database of 50 slots, all held by the first proxy for as long as the test lasts. */
function full(setting: Setting = {}): Stage {
  const rig = stage({ databases: { db: { max_connections: 50 } }, pods: 2, ...setting });
  const [first, second] = rig.pods;
  rig.crowd.waits = 1e9;
  rig.crowd.burst(0);
  return rig;
}
