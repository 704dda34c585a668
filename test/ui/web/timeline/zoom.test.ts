import { expect, test } from "vitest";
import { momentAt, shareOf, spanIn, textOfSpan, zoomTo } from "../../../../ui/web/replay/timeline/zoom.ts";

const SECOND = 1e6;
const RUN = 900 * SECOND;

test("a drag from right to left zooms to the same part as one from left to right", () => {
  const part = { from: 180 * SECOND, until: 540 * SECOND };
  expect(zoomTo(540 * SECOND, 180 * SECOND, RUN)).toEqual(part);
  expect(zoomTo(180 * SECOND, 540 * SECOND, RUN)).toEqual(part);
});

test("what reaches over both ends is the whole run, and nothing is shorter than a second", () => {
  expect(zoomTo(-5 * SECOND, 2000 * SECOND, RUN)).toBeUndefined();
  expect(zoomTo(100 * SECOND, 100 * SECOND, RUN)).toEqual({ from: 100 * SECOND, until: 101 * SECOND });
  expect(zoomTo(RUN, RUN, RUN)).toEqual({ from: RUN - SECOND, until: RUN });
  expect(zoomTo(3, 5, SECOND / 2)).toBeUndefined();
});

test("a zoom comes back from the hash as it went in, and nonsense in the hash is no zoom", () => {
  const part = { from: 192.5 * SECOND, until: 540 * SECOND };
  expect(textOfSpan(part)).toBe("192.5-540");
  expect(spanIn("192.5-540", RUN)).toEqual(part);
  for (const text of ["", "a-b", "5", "-5-10", "1e9-2", "99999999999-5", "10-20-30"])
    expect(spanIn(text, RUN)).toBeUndefined();
});

test("a place across a span leads to its moment and back", () => {
  const span = { from: 100 * SECOND, until: 300 * SECOND };
  expect(momentAt(0.25, span)).toBe(150 * SECOND);
  expect(shareOf(150 * SECOND, span)).toBe(0.25);
});
