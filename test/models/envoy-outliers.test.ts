import { expect, test } from "vitest";
import { envoyOptions, type OutlierDetectionOptions } from "../../models/envoy/envoy-options.ts";
import { type EjectionType, ejectionThreshold, OutlierDetection } from "../../models/envoy/outlier-detection.ts";
import { Stream } from "../../sim/random.ts";
import { SECOND } from "../../sim/time.ts";

test("success rates of 50, 100, 100, 100 and 100 % have mean 90 and deviation 20, so that 52 is the threshold", () => {
  expect(ejectionThreshold([50, 100, 100, 100, 100], 1.9)).toBeCloseTo(52, 9);
});

/** Outlier detection over so many hosts, and what it has done to them. */
function detection(hosts: number, given: Partial<Record<keyof OutlierDetectionOptions, unknown>> = {}) {
  const { outlier_detection } = envoyOptions.parse({ to: "api", outlier_detection: given });
  const options = outlier_detection as OutlierDetectionOptions;
  const events: string[] = [];
  const listener = {
    ejected: (host: number, type: EjectionType) => events.push(`${host} out: ${type}`),
    unejected: (host: number) => events.push(`${host} back`),
    ejectionOverflowed: () => events.push("overflow"),
  };
  const outliers = new OutlierDetection(options, hosts, listener, new Stream("outliers"));
  for (let host = 0; host < hosts; host++) outliers.add(host);
  const put = (host: number, times: number, status: number, at = 0) => {
    for (let n = 0; n < times; n++) outliers.put(host, status, at * SECOND);
  };
  const sweep = (at: number) => {
    outliers.sweep(at * SECOND);
    return events.splice(0);
  };
  return { outliers, events, put, sweep };
}

test("five 5xx in a row eject a host at once, four and a success do not", () => {
  const { events, put } = detection(10);
  put(3, 4, 500);
  put(3, 1, 200);
  put(3, 4, 503);
  expect(events).toEqual([]);
  put(3, 1, 502);
  expect(events).toEqual(["3 out: consecutive_5xx"]);
});

test("gateway failures in a row are counted by themselves, and eject only if they are enforced", () => {
  const gateway = { consecutive_5xx: 100, consecutive_gateway_failure: 3 };
  const lax = detection(10, gateway);
  lax.put(1, 9, 503);
  expect(lax.events).toEqual([]);
  const strict = detection(10, { ...gateway, enforcing_consecutive_gateway_failure: 100 });
  strict.put(1, 2, 503);
  strict.put(1, 1, 500);
  strict.put(1, 2, 504);
  expect(strict.events).toEqual([]);
  strict.put(1, 1, 502);
  expect(strict.events).toEqual(["1 out: consecutive_gateway_failure"]);
});

test("no more than 10 % of the hosts are ejected, but one always", () => {
  const few = detection(5);
  few.put(0, 5, 500);
  few.put(1, 5, 500);
  expect(few.events).toEqual(["0 out: consecutive_5xx", "overflow"]);
  const many = detection(20);
  for (const host of [0, 1, 2]) many.put(host, 5, 500);
  expect(many.events).toEqual(["0 out: consecutive_5xx", "1 out: consecutive_5xx", "overflow"]);
  const none = detection(5, { always_eject_one_host: false });
  none.put(0, 5, 500);
  expect(none.events).toEqual(["overflow"]);
});

test("the n-th ejection in a row takes n times 30 s, at most 300 s, and ends with a sweep", () => {
  const { outliers, events, put, sweep } = detection(10);
  const lengths: number[] = [];
  let now = 0;
  for (let n = 0; n < 12; n++) {
    put(0, 5, 500, now);
    const begun = now;
    events.length = 0;
    while (outliers.isEjected(0)) {
      now += 10;
      sweep(now);
    }
    lengths.push(now - begun);
  }
  expect(lengths).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
});

test("a quiet interval takes one off the count of ejections in a row", () => {
  const { outliers, put, sweep } = detection(10);
  put(0, 5, 500, 0);
  sweep(30);
  put(0, 5, 500, 30);
  sweep(90);
  expect(outliers.isEjected(0)).toBe(false);
  // Twice in a row so far; two quiet sweeps make that none, and the next ejection is the first again.
  sweep(100);
  sweep(110);
  put(0, 5, 500, 110);
  expect(sweep(140)).toEqual(["0 out: consecutive_5xx", "0 back"]);
});

test("a host is ejected for its success rate only if five have had 100 requests each since the last sweep", () => {
  const { put, sweep } = detection(6, { consecutive_5xx: 1000, max_ejection_percent: 50 });
  const serve = (hosts: number, requests: number) => {
    for (let host = 0; host < hosts; host++) put(host, requests, 200);
    put(5, requests / 2, 200);
    put(5, requests / 2, 500);
  };
  serve(3, 100);
  expect(sweep(10)).toEqual([]);
  serve(5, 98);
  expect(sweep(20)).toEqual([]);
  serve(5, 100);
  expect(sweep(30)).toEqual(["5 out: success_rate"]);
});

test("85 % failures of 50 requests eject a host, but only where that is enforced", () => {
  const failing = (given: Partial<Record<keyof OutlierDetectionOptions, unknown>>) => {
    const { put, sweep } = detection(6, { consecutive_5xx: 1000, enforcing_success_rate: 0, ...given });
    for (let host = 0; host < 5; host++) put(host, 50, 200);
    for (let n = 0; n < 10; n++) {
      put(5, 1, 200);
      put(5, 9, 500);
    }
    return sweep(10);
  };
  expect(failing({})).toEqual([]);
  expect(failing({ enforcing_failure_percentage: 100 })).toEqual(["5 out: failure_percentage"]);
  expect(failing({ enforcing_failure_percentage: 100, failure_percentage_threshold: 91 })).toEqual([]);
});

test("a host that leaves the cluster and comes back is a new one", () => {
  const { outliers, events, put } = detection(10);
  put(0, 5, 500);
  outliers.remove(0);
  outliers.add(0);
  expect(events).toEqual(["0 out: consecutive_5xx", "0 back"]);
  expect(outliers.isEjected(0)).toBe(false);
  put(0, 4, 500);
  expect(outliers.isEjected(0)).toBe(false);
});
