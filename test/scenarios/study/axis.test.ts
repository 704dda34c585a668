import fc from "fast-check";
import { expect, test } from "vitest";
import { Mistake } from "../../../models/unit.ts";
import { type Axis, type RangeAxis, readAxis, valueAtShare, valuesOf } from "../../../scenarios/study/axis.ts";

const read = (text: string): Axis => {
  const axis = readAxis(text);
  if (axis instanceof Mistake) throw new Error(`${text}: ${axis.wrong}`);
  return axis;
};
const values = (text: string) => valuesOf(read(`db.x=${text}`)).join(" ");

test("a list takes whatever a change takes, each value once", () => {
  expect(values("6, 20,43,20")).toBe("6 20 43");
  expect(values("fifo,codel,adaptive-lifo")).toBe("fifo codel adaptive-lifo");
  expect(values("exponential mean 5ms, uniform 0s..5s")).toBe("exponential mean 5ms uniform 0s..5s");
  expect(values('{ kind: vegas }, off, "6"')).toBe('{"kind":"vegas"} off "6"');
});

test("a range has eleven values unless it says how many, and whole numbers stay whole, each once", () => {
  expect(values("40..140")).toBe("40 50 60 70 80 90 100 110 120 130 140");
  expect(values("40..150/4")).toBe("40 77 113 150");
  expect(values("1..4")).toBe("1 2 3 4");
  expect(values("0.5..1/3")).toBe("0.5 0.75 1");
});

test("values keep the unit of the lower end, and can be typed", () => {
  expect(values("40/s..120/s/4")).toBe("40/s 66.6667/s 93.3333/s 120/s");
  expect(values("0.2ms..2ms/3")).toBe("0.2ms 1.1ms 2ms");
  expect(values("500us..2ms/4")).toBe("500us 1000us 1500us 2000us");
  expect(values("1m30s..5m/2")).toBe("90s 300s");
  expect(values("10%..90%/3")).toBe("10% 50% 90%");
});

test("a range by factors has the same factor between all of its values", () => {
  expect(values("1..1000/4/log")).toBe("1 10 100 1000");
  expect(values("0.1ms..10ms/log/5")).toBe("0.1ms 0.316228ms 1ms 3.16228ms 10ms");
});

test("what is no axis says what would be one", () => {
  const wrong = (text: string) => {
    const mistake = readAxis(text);
    return mistake instanceof Mistake ? `${mistake.wrong}; ${mistake.right}` : "nothing";
  };
  expect(wrong("40..150")).toContain("is not path=values");
  expect(wrong("=40..150")).toContain("is not path=values");
  expect(wrong("db.x=150/s..40/s")).toBe("the range ends before it begins; 40/s..150/s");
  expect(wrong("db.x=9..9")).toContain("one value only");
  expect(wrong("db.x=9")).toContain("one value only");
  expect(wrong("db.x=1..9/1")).toContain("at least 2 values");
  expect(wrong("db.x=1..9/99999")).toContain("at most 10000");
  expect(wrong("db.x=1..9/3/4")).toContain("twice");
  expect(wrong("db.x=0..9/log")).toContain("a range above 0");
  expect(wrong("db.x=0.2..2ms")).toContain("the same at both ends");
  expect(wrong("db.x=2/s..2ms")).toContain("the same at both ends");
  expect(wrong("db.x=few..many")).toContain('"few" is no number');
  expect(wrong("db.x=")).toContain("no list of values");
  expect(wrong("db.x=1,[2")).toContain("no list of values");
});

test("whatever somebody types is an axis or a mistake, and an axis has at least two values, none twice", () => {
  const piece = fc.oneof(
    fc.constantFrom("..", "/", ",", "log", "ms", "/s", "=", "e9", "-", " "),
    fc.nat(1200).map(String),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 9 }), (pieces) => {
      const axis = readAxis(`p=${pieces.join("")}`);
      if (axis instanceof Mistake) return axis.wrong !== "" && axis.right !== "";
      const all = valuesOf(axis);
      return all.length >= 2 && new Set(all).size === all.length;
    }),
    { numRuns: 500 },
  );
});

test("of whole numbers each has an equal part of a range, the ends as well", () => {
  const axis = read("db.x=1..4") as RangeAxis;
  const shares = Array.from({ length: 400 }, (_, at) => (at + 0.5) / 400);
  const counts = [1, 2, 3, 4].map((n) => shares.filter((share) => valueAtShare(axis, share) === String(n)).length);
  expect(counts).toEqual([100, 100, 100, 100]);
});
