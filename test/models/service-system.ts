import type * as z from "zod";
import type { Built } from "../../models/kind.ts";
import { requestClasses } from "../../models/load/class-options.ts";
import { Load } from "../../models/load/load.ts";
import { loadOptions } from "../../models/load/load-options.ts";
import { machine } from "../../models/machine/kind.ts";
import { mysql } from "../../models/mysql/kind.ts";
import { service } from "../../models/service/kind.ts";
import { ServiceGroup } from "../../models/service/service-group.ts";
import { ServicePod } from "../../models/service/service-pod.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import { type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";

export interface SystemOptions extends TestWorldOptions {
  /** Who asks; `to` is "api" unless it says otherwise. */
  people: Partial<z.input<typeof loadOptions>>;
  /** The pods "api-0", "api-1", ...; the first is also known as "api". */
  api?: z.input<typeof service.options>;
  pods?: number;
  /** The database "db". Default: none. */
  db?: z.input<typeof mysql.options>;
  /** The machine "host". Default: none. */
  host?: z.input<typeof machine.options>;
  /** Builds further parts. */
  others?: (world: TestWorld) => readonly Built[];
  /** Adds what else there is, before anybody is wired. */
  prepare?: (world: TestWorld) => void;
}

/** People, the pods of a service, and a database. */
export interface System {
  readonly world: TestWorld;
  readonly people: Load;
  readonly pods: readonly ServicePod[];
  readonly group: ServiceGroup;
  /** Runs until a time in seconds. */
  run(seconds: number): void;
}

export function system({
  people: asked,
  api = {},
  pods: count = 1,
  db,
  host,
  others,
  prepare,
  ...options
}: SystemOptions): System {
  const load = loadOptions.parse({ to: "api", ...asked });
  const world = testWorld({ classes: requestClasses(load), ...options });
  const group = new ServiceGroup(world, "api", service.options.parse(api));
  const pods = Array.from({ length: count }, (_, slot) => new ServicePod(world, `api-${slot}`, group));
  const people = new Load(world, "people", load);
  const built: Built[] = [];
  if (db !== undefined) built.push(mysql.build(world, "db", mysql.options.parse(db)));
  if (host !== undefined) built.push(machine.build(world, "host", machine.options.parse(host)));
  built.push(...(others?.(world) ?? []));
  prepare?.(world);
  if (!world.components.has("api")) world.components.set("api", pods[0]!);
  group.connect();
  for (const one of built) one.connect();
  for (const one of built) one.start();
  for (const pod of pods) {
    pod.node = ELSEWHERE;
    pod.start(NONE);
  }
  people.connect();
  people.start();
  return { world, people, pods, group, run: (seconds) => world.sim.runUntil(seconds * 1_000_000) };
}

/** A histogram's numbers, in milliseconds. */
export function timesOf(world: TestWorld, path: string, name: string) {
  const { histograms, histogramData } = world.sim.record;
  const index = histograms.findIndex((metric) => metric.path === path && metric.name === name);
  if (index < 0) throw new Error(`"${path}" has no "${name}"`);
  const data = histogramData[index]!;
  return {
    count: data.count,
    mean: data.mean / 1000,
    max: data.max / 1000,
    p: (percent: number) => data.quantile(percent / 100) / 1000,
  };
}

/** The mean of a gauge from the start until now. */
export function meanOf(world: TestWorld, path: string, name: string): number {
  const { gauges } = world.sim.record;
  const index = gauges.findIndex((metric) => metric.path === path && metric.name === name);
  if (index < 0) throw new Error(`"${path}" shows no "${name}"`);
  return world.sim.record.areaOf(index) / world.sim.now;
}
