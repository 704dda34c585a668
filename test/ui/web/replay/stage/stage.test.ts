import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { frameAt } from "../../../../../scenarios/recording/frames.ts";
import type { Recording } from "../../../../../scenarios/recording/recording.ts";
import { layoutOf } from "../../../../../ui/web/replay/stage/layout.ts";
import { type Actor, actorsOf, ownerOf, planOf, usualLevel } from "../../../../../ui/web/replay/stage/plan.ts";
import { podStatesAt } from "../../../../../ui/web/replay/stage/pod-states.ts";
import type { Figure, Moment, Reader } from "../../../../../ui/web/replay/stage/reading.ts";
import { Stage } from "../../../../../ui/web/replay/stage/scene.ts";
import { en } from "../../../../../ui/web/words/en.ts";
import { recordingOf } from "./runs.ts";

const SECOND = 1e6;
const cascade = recordingOf("scale-out-cascade");
const stage = new Stage(cascade);
const VIEW = { level: "pod", width: 1240, selected: "", flow: "dots", detail: 1, pace: 20, say: en } as const;

/** What is told of somebody at a second of the cascade. */
function lookAt(id: string, second: number) {
  const actor = actorsOf(stage.plan).find((each) => each.id === id)!;
  return stage.look(actor, stage.reader.at(second * SECOND), en);
}

test("people stand left, then balancers, services, the proxies and last the databases", () => {
  const columns = stage.plan.fleets.map(({ tiers, depth }) => [depth, tiers.map(({ id }) => id).join("+")]);
  expect(columns.sort()).toEqual([
    [0, "load-test"],
    [1, "api-lb"],
    [1, "edge-lb"],
    [1, "worker-lb"],
    [2, "api+edge+worker"],
    [3, "proxysql-lb"],
    [4, "proxysql"],
    [5, "main-db"],
    [5, "noti-db"],
  ]);
});

test("nobody stands upon anybody, in every scenario of the library and at every level", () => {
  const names = readdirSync("scenarios", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml") && !file.startsWith("measured"))
    .map((file) => file.replace(/\.yaml$/, ""));
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    const plan = planOf(name === "scale-out-cascade" ? cascade.header : recordingOf(name, [], 0.0001).header);
    for (const level of ["zone", "node", "pod"] as const) {
      const { placed, width, height } = layoutOf(plan, level, 1240);
      expect(placed.length, name).toBeGreaterThan(1);
      for (const [at, one] of placed.entries()) {
        expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height, name).toBe(true);
        const upon = placed.slice(at + 1).find((other) => overlap(one, other) && other.actor.node !== one.actor.id);
        expect(upon?.actor.id, `${name}: on ${one.actor.id}`).toBe(undefined);
      }
    }
  }
});

test("two runs that differ in a limit stand alike, so that they can be compared", () => {
  const more = recordingOf("scale-out-cascade", ["noti-db.max_connections=600"], 0.02);
  const where = ({ header }: Recording) =>
    layoutOf(planOf(header), "zone", 1240).placed.map(({ actor, x, y, width, height }) => [
      actor.id,
      x,
      y,
      width,
      height,
    ]);
  expect(where(more)).toEqual(where(recordingOf("scale-out-cascade", [], 0.02)));
});

test("a plan of more than 240 pods is shown by zone unless somebody asks for more", () => {
  expect(usualLevel(stage.plan)).toBe("pod");
  const [fleet] = stage.plan.fleets.filter(({ pods }) => pods.length > 40);
  const many = { ...fleet!, pods: Array.from({ length: 241 }, () => fleet!.pods[0]!) };
  expect(usualLevel({ fleets: [many], links: [] })).toBe("zone");
});

test("thirty numbers at random are those of the recording (point 15)", () => {
  const shown: readonly (readonly [string, Figure, string])[] = [
    ["load-test", "busy", "in_flight"],
    ["noti-db", "used", "Threads_connected"],
    ["api", "ready", "ready"],
    ["proxysql", "ready", "ready"],
    ["proxysql-3", "clients", "Client_Connections_connected"],
    ["worker-4", "queue", "waiting"],
  ];
  for (let draw = 0; draw < 30; draw++) {
    const [id, figure, name] = shown[draw % shown.length]!;
    const time = ((draw * 7919) % 900) * SECOND;
    const gauge = cascade.header.gauges.findIndex((each) => each.path === id && each.name === name);
    const value = frameAt(cascade, time)[gauge]!;
    expect(stage.reader.at(time).figure(id, figure)).toBe(value);
    const told = lookAt(id, time / SECOND);
    const text = [...told.told, ...told.bars.map((bar) => bar.text)].join(" · ");
    if (value > 0 && told.state !== "absent") expect(text).toContain(new Intl.NumberFormat("en-US").format(value));
  }
});

test("a rate is what was counted in the bin, by the second", () => {
  const questions = cascade.header.counters.findIndex(({ path, name }) => path === "main-db" && name === "Questions");
  const counted = cascade.bins.counters[0]!.mean[questions * 900 + 299]!;
  expect(counted).toBeGreaterThan(50);
  expect(stage.reader.at(300 * SECOND).figure("main-db", "asked")).toBe(counted);
});

test("the database at its limit is told as full, with who has its connections (point 16)", () => {
  const { bars, told, slots, isAlert } = lookAt("noti-db", 525);
  expect(bars.map(({ text }) => text)).toEqual(["59/59 FULL"]);
  expect(isAlert).toBe(true);
  expect(slots!.owners.reduce((sum, { count }) => sum + count, 0)).toBe(59);
  expect(told.join()).toMatch(/in use from zone-[ac].*idle in pools.*of probes, monitors and others/);
  expect(lookAt("noti-db", 60).bars[0]!.text).toMatch(/^\d+\/59$/);
});

test("as many pods are shown ready as are, by zone, and those that the journal calls unready are not", () => {
  for (const reader of [stage.reader, new Stage(withoutPods(cascade)).reader]) {
    for (let second = 5; second < reader.recording.header.bins; second += 5) {
      const moment = reader.at(second * SECOND);
      const ready = podsOf(reader, "proxysql").filter(({ id }) => moment.state(id) === "ready");
      expect(ready.length, `${second} s`).toBe(moment.figure("proxysql", "ready"));
      for (const { id } of ready) expect(moment.hasLostReadiness(id)).toBe(false);
      for (const zone of ["zone-a", "zone-c"]) {
        const inZone = ready.filter((pod) => pod.zone === zone).length;
        expect(inZone, `${zone} at ${second} s`).toBe(moment.gaugeOf(`proxysql/${zone}`, "ready"));
      }
    }
  }
});

test("where nothing but the count of a zone tells who is ready, it is the first pods of that zone", () => {
  const counts: Partial<Record<string, number>> = { replicas: 5, running: 4, pending: 0, ready: 2 };
  const moment = {
    figure: (id: string, figure: string) => (id === "app" ? counts[figure] : 0),
    gaugeOf: (path: string) => (path === "app/a" ? 0 : 2),
    hasLostReadiness: () => false,
  } as unknown as Moment;
  const pods = ["a", "a", "b", "b", "b", "b"].map((zone, at) => ({ id: `app-${at}`, zone }) as Actor);
  expect(podStatesAt(moment, "app", pods).map(([, state]) => state)).toEqual([
    ...["not ready", "not ready", "ready", "ready"],
    ...["starting", "absent"],
  ]);
});

test("pods that are not created yet are not there, and then they start", () => {
  const states = (second: number) => {
    const moment = stage.reader.at(second * SECOND);
    return podsOf(stage.reader, "proxysql").map(({ id }) => moment.state(id));
  };
  expect(states(30).filter((state) => state === "absent")).toHaveLength(37);
  expect(states(479).filter((state) => state === "starting").length).toBeGreaterThan(20);
  expect(states(479)).not.toContain("dead");
});

test("a process that was killed is dead, not merely unready", () => {
  const failover = recordingOf("keepalived-failover");
  const { reader } = new Stage(failover);
  const killed = failover.result.journal.find(({ fact }) => fact === "stopped")!.at;
  expect(reader.at(killed - SECOND).state("proxysql1-0")).toBe("ready");
  expect(reader.at(killed + 2 * SECOND).state("proxysql1-0")).toBe("dead");
});

test("a node at its bandwidth says so, against a limit that the journal tells", () => {
  const [inbound, outbound] = lookAt("node proxy-zone-a-3", 530).bars;
  expect(inbound!.text).toMatch(/^[\d.]+\/36 Mbit\/s$/);
  expect([inbound!.hasLimit, lookAt("node proxy-zone-c-1", 530).bars[0]!.hasLimit]).toEqual([true, false]);
  expect(outbound!.label).toBe("out");
});

test("everybody in the picture has a row in the table, at every level (point 41)", () => {
  const rows = new Set(actorsOf(stage.plan).map(({ id }) => id));
  for (const level of ["zone", "node", "pod"] as const) {
    for (const { actor } of stage.layout(level, 1240).placed) expect(rows).toContain(actor.id);
  }
  expect(rows.size).toBe(actorsOf(stage.plan).length);
});

test("a scene follows from the moment alone, whatever was looked at before (points 8 and 9)", () => {
  const walk = [12, 525, 3, 899, 447, 524, 526, 60].map((second) => second * SECOND);
  let before = stage.scene(0, VIEW);
  for (const time of walk) before = stage.scene(time, VIEW, before);
  for (const time of walk.toReversed()) {
    before = stage.scene(time, VIEW, before);
    const fresh = new Stage(cascade).scene(time, VIEW);
    expect([before.looks, before.dots, before.widths]).toEqual([fresh.looks, fresh.dots, fresh.widths]);
  }
});

test("a part of a component belongs to it, whichever sort of part it is", () => {
  expect(ownerOf("proxysql-2/hostgroup-0/noti-db")).toBe("proxysql-2");
  expect(ownerOf("node app-zone-a-1 inbound")).toBe("node app-zone-a-1");
  expect(ownerOf("load-test#outage")).toBe("load-test");
});

/** A recording that tells nothing of single pods, so that nobody sees which of them work. */
function withoutPods(recording: Recording): Recording {
  const hidden = <M extends { readonly path: string }>(metric: M) => {
    return /^proxysql-\d/.test(metric.path) ? { ...metric, name: "hidden" } : metric;
  };
  const { header } = recording;
  return {
    ...recording,
    header: { ...header, gauges: header.gauges.map(hidden), counters: header.counters.map(hidden) },
  };
}

function podsOf({ actors }: Reader, component: string) {
  return actors.filter(({ of }) => of === component);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(one: Place, other: Place): boolean {
  const inX = one.x < other.x + other.width && other.x < one.x + one.width;
  return inX && one.y < other.y + other.height && other.y < one.y + one.height;
}
