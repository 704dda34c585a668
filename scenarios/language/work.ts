import { Mistake, readDuration, readRate } from "../../models/unit.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { isRecord, listOf, recordOf } from "./data.ts";
import type { Flaw } from "./problem.ts";

/** Events of one request on its way through some five parts and back. */
const EVENTS_PER_REQUEST = 10;
/** What a pod does by itself: probes, monitors, pings. */
const EVENTS_PER_POD_SECOND = 2;
const USERS_PER_SECOND = 1;
const MOST_EVENTS = 1e9;
const MOST_BINS = 100_000;
/** The network tells nodes apart by twelve bits. */
const MOST_NODES = 4094;

/** Runs that would take hours, estimated from the highest rates, the most replicas and the duration, or record nothing. */
export function flawsOfWork(data: unknown): Flaw[] {
  const { duration, components, timeline, record } = recordOf(data);
  const length = readDuration(duration);
  if (length instanceof Mistake) return [];
  const flaws: Flaw[] = [];
  const nodes = listOf(recordOf(data).nodes).reduce<number>((sum, group) => sum + (wholeAt(group, "count") || 1), 0);
  if (nodes > MOST_NODES) {
    flaws.push({
      path: ["nodes"],
      atKey: true,
      wrong: `there are ${nodes} nodes in all`,
      right: `at most ${MOST_NODES}`,
    });
  }
  const every = readDuration(recordOf(record).every ?? "1s");
  const bins = every instanceof Mistake || every === 0 ? 0 : length / every;
  if (bins > MOST_BINS) {
    const wrong = `this makes ${Math.round(bins)} bins`;
    flaws.push({ path: ["record", "every"], wrong, right: `at most ${MOST_BINS}: wider bins or a shorter duration` });
  }
  const warmUp = readDuration(recordOf(record).durationsFrom ?? "0s");
  if (!(warmUp instanceof Mistake) && warmUp >= length) {
    const wrong = "this leaves out all durations of the run";
    flaws.push({ path: ["record", "durationsFrom"], wrong, right: "a time before the end of the run" });
  }
  const events = eventsPerSecond(components, timeline) * (length / SECOND);
  if (events > MOST_EVENTS) {
    const wrong = `the run would have about ${inPowers(events)} events`;
    flaws.push({
      path: ["duration"],
      wrong,
      right: `at most ${inPowers(MOST_EVENTS)}: a lower rate or a shorter duration`,
    });
  }
  return flaws;
}

function eventsPerSecond(components: unknown, timeline: unknown): number {
  const parts = Object.values(recordOf(components));
  const requests = parts.reduce<number>((sum, part) => sum + highestRate(part), highestRate(timeline));
  const pods = parts.reduce<number>((sum, part) => sum + wholeAt(part, "replicas"), 0);
  const scales = listOf(timeline).filter((entry) => recordOf(entry).do === "scale");
  const scaled = scales.reduce<number>((sum, entry) => sum + wholeAt(entry, "to"), 0);
  const users = parts.reduce<number>((sum, part) => sum + wholeAt(part, "users"), 0);
  const iterations = parts.reduce<number>((sum, part) => sum + iterationRate(recordOf(part).executor), 0);
  return (
    (requests + iterations + users * USERS_PER_SECOND) * EVENTS_PER_REQUEST + (pods + scaled) * EVENTS_PER_POD_SECOND
  );
}

/** The highest rate that is written anywhere in a part of the file. */
function highestRate(data: unknown): number {
  if (typeof data === "string") {
    const rate = readRate(data);
    return rate instanceof Mistake ? 0 : rate;
  }
  const children = isRecord(data) ? Object.values(data) : listOf(data);
  return children.reduce<number>((highest, child) => Math.max(highest, highestRate(child)), 0);
}

/** The most iterations per second that an executor of k6 starts. */
function iterationRate(executor: unknown): number {
  const { stages, timeUnit } = recordOf(executor);
  const targets = listOf(stages).map((stage) => wholeAt(stage, "target"));
  const most = (...keys: string[]) => Math.max(0, ...keys.map((key) => wholeAt(executor, key)), ...targets);
  if (!("preAllocatedVUs" in recordOf(executor))) return most("vus", "startVUs") * USERS_PER_SECOND;
  const unit = readDuration(timeUnit ?? "1s", MILLISECOND);
  return unit instanceof Mistake || unit === 0 ? 0 : (most("rate", "startRate") * SECOND) / unit;
}

function wholeAt(data: unknown, key: string): number {
  const value = recordOf(data)[key];
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0;
}

function inPowers(events: number): string {
  const exponent = Math.floor(Math.log10(events));
  return `${Number((events / 10 ** exponent).toPrecision(1))} x 10^${exponent}`;
}
