import { expect, test } from "vitest";
import { BACKUP, FAULT, INIT, MASTER } from "../../models/keepalived/vrrp-instance.ts";
import { skewOf } from "../../models/keepalived/vrrp-timers.ts";
import { FloatingPair } from "./floating-pair.ts";

/** The check of case 003. */
const CHECK = { interval: 2, weight: -20, fall: 2, run: "30ms" };

/** The hosts of case 003: priorities 100 and 90. */
function pair(common: Record<string, unknown> = {}, host1: Record<string, unknown> = {}): FloatingPair {
  return new FloatingPair({ host1: { priority: 100, ...host1 }, host2: { priority: 90 }, common });
}

test("the skew is 0.648 s at priority 90, 0.609 s at 100 and 0.6875 s at 80, whatever the interval of version 2", () => {
  expect([90, 100, 80].map((priority) => skewOf(2, priority, 5_000_000))).toEqual([648_437, 609_375, 687_500]);
  expect(skewOf(3, 90, 1_000_000)).toBe(648_437);
  expect(skewOf(3, 90, 200_000)).toBe(129_687);
});

test("keepalived starts as BACKUP and becomes MASTER after three intervals and its skew", () => {
  const two = pair({ state: "MASTER" }).startedAt(10);
  two.until(13.6);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([BACKUP, BACKUP]);
  two.until(20);
  expect(two.times("host1", "became-master")).toEqual([13_609_375]);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([MASTER, BACKUP]);
});

test("at time zero whose state says MASTER has the address, or else the highest priority, or the first of equals", () => {
  const states = (host1: object, host2: object) => {
    const two = new FloatingPair({ host1: { ...host1 }, host2: { ...host2 } });
    return [two.stateOf("host1"), two.stateOf("host2")];
  };
  expect(states({ priority: 90 }, { priority: 100 })).toEqual([BACKUP, MASTER]);
  expect(states({ priority: 90, state: "MASTER" }, { priority: 100, state: "BACKUP" })).toEqual([MASTER, BACKUP]);
  expect(states({ priority: 90, state: "BACKUP" }, { priority: 100, state: "BACKUP" })).toEqual([BACKUP, MASTER]);
  expect(states({}, {})).toEqual([MASTER, BACKUP]);
});

test("a dead process costs two checks and then what is left of the timer: three adverts are discarded meanwhile", () => {
  const two = pair({ vrrp_script: CHECK }).startedAt(10).kill(20.5, "process1").until(30);
  expect(two.times("host1", "check-failing")).toEqual([24_030_000]);
  expect(two.times("host1", "priority-lowered")).toEqual([24_030_000]);
  // The last advert of 100 was sent at 23.609375 s; the timer of 90 takes 3.648437 s.
  expect(two.times("host2", "became-master")).toEqual([27_257_812]);
  expect(two.times("host1", "became-backup")).toEqual([27_257_812]);
  expect(two.world.count("host2", "advert_discarded")).toBe(3);
  expect(two.chainOf(two.entries("host1", "became-backup")[0]!)).toEqual([
    "became-backup",
    "became-master",
    "adverts-discarded",
    "priority-lowered",
    "check-failing",
    "pod-unready",
    "stopped",
  ]);
});

test("a host whose check succeeds again takes the address back once its timer, shortened by the skew, runs out", () => {
  const two = pair({ vrrp_script: CHECK }).startedAt(10).kill(20.5, "process1").revive(30.3, "process1").until(50);
  expect(two.times("host1", "check-recovered")).toEqual([32_030_000]);
  // The last advert of 90 that was heeded came at 31.257812 s; as 100 it waits 3.609375 s from there.
  expect(two.times("host1", "became-master", 20)).toEqual([34_867_187]);
  expect(two.times("host2", "became-backup", 20)).toEqual([34_867_187]);
  expect(two.world.count("host1", "become_master")).toBe(2);
  expect(two.world.count("host2", "release_master")).toBe(1);
});

test("with rise 2 one success is not enough, and with fall 2 a success between two failures starts anew", () => {
  const two = pair({ vrrp_script: { ...CHECK, rise: 2 } }).startedAt(10);
  two.kill(20.5, "process1").revive(22.5, "process1").kill(24.5, "process1");
  two.revive(30.5, "process1").until(50);
  expect(two.times("host1", "check-failing")).toEqual([28_030_000]);
  expect(two.times("host1", "check-recovered")).toEqual([34_030_000]);
});

test("without a weight a failing check means FAULT: the backup hears priority 0 and waits for its skew only", () => {
  const two = pair({ vrrp_script: { ...CHECK, weight: 0 } })
    .startedAt(10)
    .kill(20.5, "process1")
    .until(30);
  expect(two.times("host1", "fault-state")).toEqual([24_030_000]);
  expect(two.times("host2", "became-master")).toEqual([24_678_437]);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([FAULT, MASTER]);
  expect(two.world.count("host1", "pri_zero_sent")).toBe(1);
  expect(two.world.count("host2", "pri_zero_rcvd")).toBe(1);
  expect(two.world.count("host2", "advert_discarded")).toBe(0);
  two.revive(40.5, "process1").until(42.1);
  expect(two.stateOf("host1")).toBe(BACKUP);
  two.until(60);
  // In BACKUP since the check at 42.03 s; every advert of 90 is discarded.
  expect(two.times("host1", "became-master", 30)).toEqual([45_639_375]);
});

test("a check that decides keeps keepalived in FAULT from its start until the first success", () => {
  const two = pair({ vrrp_script: { ...CHECK, weight: 0 } }).startedAt(10);
  two.until(10.02);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([FAULT, FAULT]);
  two.until(20);
  expect(two.times("host1", "became-master")).toEqual([13_639_375]);
});

test("a positive weight counts while the check succeeds", () => {
  const two = new FloatingPair({
    host1: { priority: 80, vrrp_script: { weight: 20, run: "30ms" } },
    host2: { priority: 90 },
  }).startedAt(10);
  two.until(20);
  expect(two.stateOf("host1")).toBe(MASTER);
  two.kill(20.5, "process1").until(21.1);
  expect(two.entries("host1", "priority-lowered").map(({ figures }) => figures)).toEqual([{ from: 100, to: 80 }]);
  two.until(30);
  expect(two.stateOf("host2")).toBe(MASTER);
});

test("the priority stays between 1 and 254, and no check changes that of the owner of the address", () => {
  const lowered = (priority: number, weight: number) => {
    const two = pair({ vrrp_script: { ...CHECK, weight } }, { priority })
      .startedAt(10)
      .kill(20.5, "process1");
    return two
      .until(25)
      .entries("host1", "priority-lowered")
      .map(({ figures }) => figures.to);
  };
  expect(lowered(100, -200)).toEqual([1]);
  expect(lowered(254, -20)).toEqual([234]);
  expect(lowered(255, -20)).toEqual([]);
});

test("the owner of the address does not wait when it starts", () => {
  const two = pair({}, { priority: 255 }).startedAt(10).until(11);
  expect(two.times("host1", "became-master")).toEqual([10_000_001]);
});

test("a check that takes longer than its timeout has failed, and one that still runs is not started again", () => {
  const slow = pair({ vrrp_script: { interval: 1, timeout: 2, fall: 2, weight: -20, run: "5s" } }).startedAt(10);
  slow.until(18.9);
  // Runs begin at 10, 12, 14 and 16 s and are ended after 2 s.
  expect(slow.world.count("host1", "script_failures")).toBe(4);
  // The first run after the start decides alone.
  expect(slow.times("host1", "priority-lowered")).toEqual([12_000_000]);
  const patient = pair({ vrrp_script: { interval: 1, timeout: 10, weight: -20, run: "2.5s" } }).startedAt(10);
  patient.kill(10.1, "process1").until(22.4);
  // Runs begin at 10, 13, 16 and 19 s, at the first tick after the last has ended.
  expect(patient.world.count("host1", "script_failures")).toBe(4);
});

test("with nopreempt the address stays where it is", () => {
  const two = pair({ vrrp_script: CHECK }, { nopreempt: true }).startedAt(10);
  two.kill(20.5, "process1").revive(30.3, "process1").until(60);
  // Of equal rights until now, it gave the address to the first timer that ran out.
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([BACKUP, MASTER]);
  expect(two.world.count("host1", "advert_discarded")).toBe(0);
});

test("with preempt_delay 10 the address goes back ten seconds later", () => {
  const two = pair({ vrrp_script: CHECK }, { preempt_delay: 10 }).startedAt(10);
  two.kill(20.5, "process1").revive(30.3, "process1").until(60);
  // The first advert of 90 after the check at 32.03 s comes at 32.257812 s; ten are heeded, the last at 41.257812 s.
  expect(two.times("host1", "became-master", 20)).toEqual([44_867_187]);
});

test("version 2 waits for three of its own intervals, version 3 for three of its master's", () => {
  const after = (common: object, host2: object = {}) => {
    const hosts = { host1: { priority: 100 }, host2: { priority: 90, ...host2 }, common: { ...common } };
    const two = new FloatingPair(hosts).startedAt(10);
    two.at(60, { do: "stop" }, "host1").until(120);
    return two.times("host2", "became-master", 60)[0]! - 60_000_000;
  };
  // MASTER at 16.609375 s with adverts every 2 s, the last at 58.609375 s.
  expect(after({ advert_int: 2 })).toBe(58_609_375 + 6_648_437 - 60_000_000);
  // MASTER at 11.804687 s with adverts every 0.5 s, the last at 59.804687 s; skew 166/256 of 0.5 s.
  const early = after({ vrrp_version: 3, advert_int: "500ms" });
  expect(early).toBe(59_804_687 + 1_500_000 + 324_218 - 60_000_000);
  expect(after({ vrrp_version: 3, advert_int: "500ms" }, { advert_int: 3 })).toBe(early);
});

test("who advertises in another version, or in version 2 at another interval, is not heard: both are MASTER", () => {
  for (const other of [{ vrrp_version: 3 }, { advert_int: 2 }]) {
    const two = new FloatingPair({ host1: { priority: 100 }, host2: { priority: 90, ...other } }).startedAt(10);
    two.until(30);
    expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([MASTER, MASTER]);
    expect(two.world.count("host1", "advert_rcvd")).toBe(0);
  }
});

test("when the whole host dies its adverts cease, and no check is needed", () => {
  const two = pair({ vrrp_script: CHECK }).startedAt(10).at(20.5, { do: "stop" }, "host1").until(30);
  expect(two.times("host2", "became-master")).toEqual([19_609_375 + 3_648_437]);
  expect(two.stateOf("host1")).toBe(INIT);
  expect(two.chainOf(two.entries("host2", "became-master")[0]!)).toEqual(["became-master", "host-down", "stopped"]);
});

test("keepalived that is restarted says that it stops, and takes the address back after its start", () => {
  const two = pair().startedAt(10).at(20.5, { do: "restart", count: 1 }, "host1").until(40);
  expect(two.times("host2", "became-master")).toEqual([21_148_437]);
  expect(two.times("host1", "became-master", 20)).toEqual([24_109_375]);
});

test("two hosts that do not hear each other are both MASTER, and the lower one gives way when they do", () => {
  const two = pair().startedAt(10).at(20.5, { do: "pace", share: 0 }, "host1").until(40);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([MASTER, MASTER]);
  two.at(40.3, { do: "pace", share: 1 }, "host1").until(42);
  expect([two.stateOf("host1"), two.stateOf("host2")]).toEqual([MASTER, BACKUP]);
  // Adverts of host1 go out at 13.609375 s and every second from there.
  expect(two.times("host2", "became-backup")).toEqual([40_609_375]);
});

test("a MASTER that hears a lower priority advertises at once and announces the address anew", () => {
  const two = pair({ garp_master_delay: 0 }).startedAt(10).at(20.5, { do: "pace", share: 0 }, "host1").until(24.7);
  const before = two.world.count("host1", "advert_sent");
  // Host2 is MASTER since 23.257812 s and advertises every second from there: next at 25.257812 s.
  two.at(24.7, { do: "pace", share: 1 }, "host1").until(25.3);
  expect(two.world.count("host1", "advert_sent")).toBe(before + 1);
  expect(two.stateOf("host2")).toBe(BACKUP);
});

test("hosts that were never restarted have their timers anywhere: the time to take over is uniform over an interval", () => {
  const waits = Array.from({ length: 400 }, (_, replication) => {
    const hosts = { host1: { priority: 100 }, host2: { priority: 90 } };
    const two = new FloatingPair(hosts, { replication, checkEvery: 1000 }).at(10, { do: "stop" }, "host1").until(20);
    return (two.times("host2", "became-master")[0]! - 10_000_000) / 1_000_000;
  }).sort((a, b) => a - b);
  expect(waits[0]).toBeGreaterThan(2.648);
  expect(waits[399]).toBeLessThan(3.649);
  for (const share of [0.1, 0.5, 0.9]) expect(waits[400 * share]).toBeCloseTo(2.648 + share, 1);
});
