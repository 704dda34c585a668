import fc from "fast-check";
import { expect, test } from "vitest";
import { neighboursOf } from "../../../scenarios/study/grid.ts";
import { Refinement } from "../../../scenarios/study/refinement.ts";

/** The class at a point of the unit square. */
type ClassAt = (x: number, y: number) => string;

interface Found {
  readonly share: number;
  readonly classes: readonly (string | undefined)[];
  readonly truth: readonly string[];
  readonly known: ReadonlyMap<number, string>;
}

function refine(sizes: readonly [number, number], classAt: ClassAt): Found {
  const [rows, columns] = sizes;
  const truth = Array.from({ length: rows * columns }, (_, cell) => {
    return classAt(Math.floor(cell / columns) / (rows - 1 || 1), (cell % columns) / (columns - 1 || 1));
  });
  const refinement = new Refinement(sizes);
  const known = new Map<number, string>();
  for (let next = refinement.next(known); next.length > 0; next = refinement.next(known)) {
    for (const cell of next) {
      expect(known.has(cell)).toBe(false);
      known.set(cell, truth[cell]!);
    }
  }
  return { share: known.size / truth.length, classes: refinement.classes(known), truth, known };
}

/** Whether each cell has its class, or one that a cell one step away has. */
function isWithinOneCell({ classes, truth }: Found, sizes: readonly number[]): boolean {
  return classes.every((name, cell) => {
    return name === truth[cell] || neighboursOf(cell, sizes).some((other) => truth[other] === name);
  });
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const size = fc.integer({ min: 24, max: 48 });

test("a straight border, however it lies, is found within one cell with 35 % of the runs of the full grid", () => {
  fc.assert(
    fc.property(size, size, unit, unit, unit, (rows, columns, x0, y0, turn) => {
      const [a, b] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
      const found = refine([rows, columns], (x, y) => (a * (x - x0) + b * (y - y0) < 0 ? "none" : "complete"));
      expect(isWithinOneCell(found, [rows, columns])).toBe(true);
      expect(found.share).toBeLessThanOrEqual(0.35);
    }),
    { numRuns: 60 },
  );
});

test("so are a curved border between three classes, and an island", () => {
  const share = fc.double({ min: 0.22, max: 0.4, noNaN: true });
  fc.assert(
    fc.property(size, share, share, (n, r, bend) => {
      const curved: ClassAt = (x, y) => {
        const product = (x + bend) * (y + bend);
        return product < r ? "none" : product < 2.2 * r ? "partial" : "complete";
      };
      const island: ClassAt = (x, y) => ((x - 0.5) ** 2 + (y - 0.45) ** 2 < r * r ? "complete" : "none");
      for (const classAt of [curved, island]) {
        const found = refine([n, n], classAt);
        expect(isWithinOneCell(found, [n, n])).toBe(true);
        expect(found.share).toBeLessThanOrEqual(0.35);
      }
    }),
    { numRuns: 30 },
  );
});

test("wherever two neighbours differ in the end, both were simulated, even where the classes are a jumble", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.nat(), (rows, columns, salt) => {
      const jumble: ClassAt = (x, y) => String(Math.floor(Math.abs(Math.sin(salt + 31 * x + 77 * y) * 1e4)) % 3);
      const { classes, known } = refine([rows, columns], jumble);
      for (const [cell, name] of classes.entries()) {
        expect(name).toBeDefined();
        for (const other of neighboursOf(cell, [rows, columns])) {
          if (classes[other] !== name) expect([known.has(cell), known.has(other)]).toEqual([true, true]);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("of a line it halves the stretch in which the class changes", () => {
  const found = refine([101, 1], (x) => (x < 0.373 ? "none" : "complete"));
  expect(found.classes).toEqual(found.truth);
  expect(found.known.size).toBeLessThanOrEqual(11 + 4);
});

test("where nothing changes, the coarse grid is enough", () => {
  expect(refine([33, 33], () => "none").known.size).toBe(36);
  expect(refine([3, 4], () => "none").known.size).toBe(9);
});
