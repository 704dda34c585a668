import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCheck, parseCondition } from "../../../scenarios/check/parse.ts";
import { senseOf, senseOfCondition } from "../../../scenarios/check/sense.ts";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { OFFERS } from "./readings.ts";

/** What is wrong with a check in the small system, as "column: wrong; expected right"; "" if nothing is. */
function wrongWith(text: string, offers = OFFERS): string {
  const check = parseCheck(text);
  const sense = check instanceof TextMistake ? check : senseOf(check, offers);
  return sense instanceof TextMistake ? `${sense.at + 1}: ${sense.wrong}; expected ${sense.right}` : "";
}

function wrongWithCondition(text: string): string {
  const condition = parseCondition(text);
  const sense = condition instanceof TextMistake ? condition : senseOfCondition(condition, OFFERS);
  return sense instanceof TextMistake ? `${sense.at + 1}: ${sense.wrong}; expected ${sense.right}` : "";
}

test.each([
  "http_req_failed rate < 1%",
  "http_req_failed rate<0.01",
  "http_req_failed{load:load-test, zone:zone-a} rate === 0",
  "http_req_duration{load:load-test} p(95) < 6s",
  "http_req_duration p(99.9)<6000",
  "http_req_duration avg < 1.5s",
  "http_reqs count > 100000",
  "http_reqs rate >= 150/s",
  "data_received count < 1GiB",
  "vus{component:load-test} value == 0",
  "ready(proxysql) >= 50% for all of 2m..15m",
  "ready(proxysql) >= 50% of replicas",
  "goodput(load-test) < 5% for 60s within 4m..12m",
  "goodput(load-test) < 5% for 60s",
  "goodput(load-test, zone-a) >= 95% for all of 1m..2m",
  "goodput(load-test, zone-a, feed) >= 0.95",
  "recovered(load-test) within 2m of 12m30s",
  "recovered(load-test, zone-a) within 2m of 12m30s",
  "max(Threads_connected(noti-db)) <= 300",
  "Threads_connected(noti-db) <= 90% of max_connections",
  "mean(ready(proxysql)) > 2.5 within 1m..2m",
  "drops(nodes) == 0",
  "drops(nodes) == 0 within 0..5m",
  "rate(drops(nodes)) < 10/s for all of 1m..2m",
  "outage(load-test) < complete within 4m..12m",
  "outage(load-test, zone-a) == none",
])("%s is a check", (text) => {
  expect(wrongWith(text)).toBe("");
});

test.each([
  ["", "1: the text ends too early; expected a metric, as in"],
  ["ready", '6: the text ends too early; expected "(" with a component'],
  ["ready(proxysql)", "16: the text ends too early; expected a comparison: one of <, <=, >, >=, ==, !="],
  ["ready(proxysql) => 50%", '17: "=" is not a comparison; expected "==", or one of <, <=, >, >=, !='],
  ["ready(proxysql) >= ", "19: the text ends too early; expected a number, as in 50%, 300 or 6s"],
  ["ready(proxysql) >= -5", "20: -5 is negative; expected a number from 0 on"],
  ["ready(proxysql) >= 50% forever", '24: "forever" is out of place; expected the end, or a window such as'],
  ["ready(proxysql) >= 50% for all 2m..15m", '32: "2m" is out of place; expected "of" and a window such as "2m..15m"'],
  ["ready(proxysql) >= 50% for all of 2m", '37: the text ends too early; expected ".." and the end of the window'],
  [
    "ready(proxysql) >= 50% for all of 15m..2m",
    '35: the window ends before it begins; expected a window such as "2m..15m"',
  ],
  ["ready(proxysql) >= 50% for all of 2..15m", '35: 2 needs a unit; expected "2ms", or one of the units'],
  ["ready(proxysql) >= 50% & more", '24: "&" has no meaning here; expected words, numbers, and'],
  ["ready[proxysql] >= 50%", '6: "[" has no meaning here'],
  ["ready(proxysql >= 50%", '16: ">=" is out of place; expected ")", or "," with a zone or a class of requests'],
  ["http_req_failed{zon:zone-a} rate < 1%", '17: unknown tag "zon"; expected "zone"'],
  ["http_req_failed rates < 1%", '17: unknown aggregation "rates"; expected "rate"'],
  ["http_req_duration p95 < 6s", '19: unknown aggregation "p95"; expected "p(95)"'],
  ["http_req_duration p(195) < 6s", '21: "195" is not a percentile; expected p(0) to p(100)'],
  ["recovered(load-test) in 2m of 12m", '22: "in" is out of place; expected "within", as in'],
  ["a".repeat(501), "1: the text is too long; expected at most 500 characters"],
])("%s cannot be read, and the column is told", (text, message) => {
  expect(wrongWith(text)).toContain(message);
});

test.each([
  ["redy(proxysql) >= 50%", '1: unknown metric of proxysql "redy"; expected "ready"'],
  ["ready(proxsql) >= 50%", '7: unknown component "proxsql"; expected "proxysql"'],
  ["goodput(load-test, zone-b) >= 95%", '20: unknown zone or class of requests "zone-b"; expected "zone-a"'],
  ["goodput(proxysql) >= 95%", "9: proxysql is not a load; expected "],
  ["http_req_fail rate < 1%", '1: unknown metric of load-test "http_req_fail"; expected "http_req_failed"'],
  ["http_req_failed p(95) < 1%", '1: http_req_failed is a ratio and has no "p"; expected "rate"'],
  [
    "http_req_duration rate < 1%",
    '1: http_req_duration is a duration and has no "rate"; expected one of avg, min, max, med, p(95)',
  ],
  ["http_req_failed rate < 5", '24: "5" is more than 1; expected "5%"'],
  ["http_req_duration p(95) < 6 sec", '29: "sec" is out of place'],
  ["http_req_duration p(95) < 6kg", '27: "kg" is not a unit here'],
  [
    "ready(proxysql) >= 50% of max_connections",
    '27: unknown setting of proxysql "max_connections"; expected one of ready, replicas',
  ],
  [
    "replicas(proxysql) >= 50%",
    "23: it is not said what this is a percentage of; expected 50% of a setting, or a plain number",
  ],
  ["ready(proxysql) >= 5 of replicas", '25: "of" needs a percentage before it; expected as in 95% of replicas'],
  ["ready(proxysql) >= 50% within 2m..15m", "1: ready has a value at every instant; expected"],
  [
    "max(ready(proxysql)) >= 50% for all of 2m..15m",
    '5: "max" gives one number for the whole window; expected "within 2m..15m"',
  ],
  ["drops(nodes) == 0 for all of 2m..15m", '1: drops is a total; expected "within 2m..15m", or rate(...)'],
  ["max(drops(nodes)) == 0", '5: drops is no level and has no "max"; expected drops(nodes)'],
  [
    "http_req_duration(load-test) < 6s",
    "1: http_req_duration is a duration; expected a threshold: http_req_duration{component:load-test} p(95) < 6s",
  ],
  ["outage(load-test) < total", '21: "total" is not a degree of outage; expected one of none, partial, complete'],
  ["goodput rate > 5%", "1: goodput has no thresholds; expected goodput(load-test), without an aggregation"],
  ["Threads_connected(noti-db) < 300ms", '30: "300ms" is not a number of connections; expected a plain number'],
])("%s means nothing in this world, and it is said what would", (text, message) => {
  expect(wrongWith(text)).toContain(message);
});

test("with two loads it must be said which one is meant", () => {
  const two = { ...OFFERS, loads: ["load-test", "night-job"], components: [...OFFERS.components, "night-job"] };
  expect(wrongWith("http_req_failed rate < 1%", two)).toBe(
    "1: there is more than one load; expected http_req_failed{load:load-test} or http_req_failed{load:night-job}",
  );
  expect(wrongWith("http_req_failed{load:load-test} rate < 1%", two)).toBe("");
});

test("a condition of the timeline is about levels at this instant", () => {
  expect(wrongWithCondition("Threads_connected(noti-db) >= 95% of max_connections")).toBe("");
  expect(wrongWithCondition("ready(proxysql) < 50%")).toBe("");
  expect(wrongWithCondition("goodput(load-test) < 50%")).toBe(
    '1: goodput is not known at an instant; expected a level: "vus"',
  );
  expect(wrongWithCondition("ready(proxysql) < 50% for 20s")).toBe(
    '23: "for" is out of place; expected the end: a condition is about the current instant',
  );
});

test("whatever is written, it is read or refused with a column inside the text: nothing throws", () => {
  const pieces = fc.constantFrom(
    "ready",
    "(",
    ")",
    "proxysql",
    ">=",
    "50%",
    "for",
    "all",
    "of",
    "2m",
    "..",
    "within",
    "{",
    "}",
    ":",
    ",",
    "p(95)",
    " ",
    "recovered",
    "µ",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 12 }).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const result of [parseCheck(text), parseCondition(text)]) {
        if (result instanceof TextMistake) expect(result.at >= 0 && result.at <= text.length).toBe(true);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});
