import { expect, test } from "vitest";
import { nameOf } from "../../models/error.ts";
import { floatingAddress, keepalived } from "../../models/keepalived/kind.ts";
import { CALL } from "../../models/verb.ts";
import { BROKEN, OK, REFUSED } from "../../sim/service.ts";
import { SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { TestClient } from "../world.ts";
import { FloatingPair } from "./floating-pair.ts";

/** Host1 is MASTER at 13.609375 s and its process is killed at 20.5 s; host2 takes over at 27.257812 s. */
const CASE = { interval: 2, weight: -20, fall: 2, run: "30ms" };

function pair(script: Record<string, unknown> = CASE): FloatingPair {
  const hosts = { host1: { priority: 100 }, host2: { priority: 90 }, common: { vrrp_script: script } };
  return new FloatingPair(hosts).startedAt(10);
}

/** Asks at an instant, and says how it ended and after how many seconds once `until` has passed. */
function answerTo(two: FloatingPair, asked: number, until: number): [outcome: string, seconds: number] {
  const client = new TestClient(two.until(asked).world, `client at ${asked}`, -1);
  client.ask(two.address, CALL);
  two.until(until);
  const [answer] = client.answers;
  return answer === undefined
    ? ["no answer", until - asked]
    : [nameOf(answer.outcome), Math.round(answer.at - asked * SECOND) / SECOND];
}

function durations(two: FloatingPair, name: string) {
  const { histograms, histogramData } = two.world.sim.record;
  return histogramData[histograms.findIndex((metric) => metric.path === "vip" && metric.name === name)]!;
}

test("clients reach the process of whoever holds the address; a dead process refuses at once until it has moved", () => {
  const two = pair().kill(20.5, "process1");
  expect(answerTo(two, 20.6, 20.7)).toEqual(["connection refused", 0]);
  expect(answerTo(two, 27.2, 27.25)).toEqual(["connection refused", 0]);
  expect(answerTo(two, 27.3, 27.4)).toEqual(["ok", 0]);
  expect(two.world.count("vip", "refused")).toBe(2);
  expect(two.world.count("vip", "moves")).toBe(1);
});

test("the address is out of service from the kill until the other host has it, because of the kill", () => {
  const two = pair().kill(20.5, "process1").until(40);
  const [, outage] = two.entries("vip", "address-out-of-service");
  expect([outage!.at, outage!.until]).toEqual([20_500_000, 27_257_812]);
  expect(two.chainOf(outage!)).toEqual(["address-out-of-service", "pod-unready", "stopped"]);
  expect(durations(two, "downtime").min).toBe(6_757_812);
});

test("whoever asks while nobody holds the address tries again after one second, three and seven", () => {
  // FAULT at 24.03 s, host2 takes over at 24.678437 s.
  const two = pair({ ...CASE, weight: 0 }).kill(20.5, "process1");
  expect(answerTo(two, 24.1, 26)).toEqual(["ok", 1]);
  const dead = pair().at(20.5, { do: "stop" }, "host1");
  // Host2 takes over at 23.257812 s: SYNs at 20.6, 21.6 and 23.6 s, or at 20.2, 21.2, 23.2 and 27.2 s.
  expect(answerTo(dead, 20.6, 23.7)).toEqual(["ok", 3]);
  const other = pair().at(20.1, { do: "stop" }, "host1").at(20.15, { do: "stop" }, "host2");
  other.at(24, { do: "start" }, "host2");
  expect(answerTo(other, 24.1, 40)).toEqual(["ok", 7]);
});

test("an address that nobody ever takes is given up after the last SYN, 127 s later", () => {
  const two = pair().at(20, { do: "stop" }, "host1").at(20, { do: "stop" }, "host2");
  expect(answerTo(two, 21, 200)).toEqual(["lost in the network", 127]);
});

test("sessions with the host that gives the address up break when it moves, and those behind it stay", () => {
  const two = pair().kill(20.5, "process1").until(29);
  const client = new SessionClient(two.world);
  client.login(two.address);
  two.until(29.1);
  expect(client.logins.map(({ outcome }) => outcome)).toEqual([OK]);
  two.revive(30.3, "process1").until(34.8);
  expect(client.sessions).toHaveLength(1);
  two.until(34.9);
  expect(client.sessions).toHaveLength(0);
  expect(client.lost).toHaveLength(1);
  client.login(two.address);
  two.until(60);
  expect(client.sessions).toHaveLength(1);
  expect(two.world.connections.heldAt(two.world.find("process1-0").id)).toBe(1);
});

test("a session whose process is killed breaks at the kill, before anything moves", () => {
  const two = pair().until(20);
  const client = new SessionClient(two.world);
  client.login(two.address);
  two.kill(20.5, "process1").until(20.6);
  expect(client.lost).toHaveLength(1);
});

test("while two hosts hold the address clients stay with the one that they heard last", () => {
  const two = pair();
  two.at(20.5, { do: "pace", share: 0 }, "host1").until(24);
  const { gauges, gaugeColumns } = two.world.sim.record;
  const holders = () => gaugeColumns.value[gauges.findIndex(({ path, name }) => path === "vip" && name === "holders")];
  expect(holders()).toBe(2);
  expect(answerTo(two, 24.5, 24.6)).toEqual(["ok", 0]);
  two.at(40.3, { do: "pace", share: 1 }, "host1").until(41);
  expect(holders()).toBe(1);
});

test("a stale entry in the ARP cache is asked for anew after 38 s without an answer", () => {
  // Host2 gives way before host1 hears of it, so nobody announces the address again.
  const two = pair().at(20.5, { do: "pace", share: 0 }, "host1").until(40.2);
  expect(answerTo(two, 40.25, 40.28)).toEqual(["ok", 0]);
  two.at(40.3, { do: "pace", share: 1 }, "host1").until(40.7);
  expect(two.entries("host2", "became-backup")).toHaveLength(1);
  expect(answerTo(two, 40.8, 41)).toEqual(["no answer", expect.closeTo(0.2)]);
  expect(answerTo(two, 78.2, 78.24)).toEqual(["no answer", expect.closeTo(0.04)]);
  expect(answerTo(two, 78.3, 78.4)).toEqual(["ok", 0]);
});

test("the longest gap between two successes has the last one before the kill and the first one after it", () => {
  const two = pair();
  const client = new TestClient(two.world, "client", -1);
  for (let tenths = 190; tenths <= 300; tenths++) {
    two.until(tenths / 10);
    if (tenths === 205) two.kill(20.5, "process1");
    client.ask(two.address, CALL);
  }
  expect(client.answers.filter(({ outcome }) => outcome === REFUSED)).toHaveLength(68);
  // From 20.4 s to 27.3 s.
  expect(durations(two, "success_gap").max).toBe(6_900_000);
  expect(durations(two, "success_gap").min).toBe(100_000);
});

test("a call whose host gives the address away before it answers is never answered", () => {
  const hosts = { host1: { priority: 100 }, host2: { priority: 90 }, common: { vrrp_script: CASE } };
  const latency = { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 100_000 };
  const two = new FloatingPair(hosts, { network: { latency } }).startedAt(10);
  const client = new TestClient(two.kill(20.5, "process1").revive(30.3, "process1").world, "client", -1);
  for (let hundredths = 3400; hundredths <= 3600; hundredths++) {
    two.until(hundredths / 100);
    client.ask(two.address, CALL);
  }
  two.until(40);
  const broken = client.answers.filter(({ outcome }) => outcome === BROKEN);
  expect(client.answers.filter(({ outcome }) => outcome === OK)).toHaveLength(201 - broken.length);
  // Those that were sent in the 0.2 s before host2 hears of host1 and gives way.
  expect(broken).toHaveLength(20);
});

test("an address with no host or one host twice is refused, and an interval that its version cannot advertise", () => {
  const wrong = (options: object) =>
    keepalived.options.safeParse({ target: "p", ...options }).error?.issues[0]?.message;
  expect(wrong({ advert_int: 0.5 })).toContain("whole seconds from 1 to 255");
  expect(wrong({ advert_int: 0.5, vrrp_version: 3 })).toBeUndefined();
  expect(wrong({ advert_int: 41, vrrp_version: 3 })).toContain("hundredths of a second up to 40.95");
  const hosts = (...names: string[]) => floatingAddress.options.safeParse({ hosts: names }).success;
  expect([hosts("a", "b"), hosts("a", "a"), hosts()]).toEqual([true, false, false]);
});
