import { type Quantity, quantity } from "../../models/quantity.ts";
import { Mistake, show } from "../../models/unit.ts";
import { readAnyQuantity } from "./timeline.ts";

/**
 * Where a figure comes from: stated in the case, fitted to figures that were reported, or assumed within a plausible
 * range. Notes are for people.
 */
export type Figure =
  | { readonly origin: "case"; readonly note: string }
  | { readonly origin: "fitted"; readonly note: string }
  | { readonly origin: "assumed"; readonly low: string; readonly high: string; readonly note: string };

const FIGURE = '"case", "fitted (to what)", or "assumed 0.2ms..2ms" with the plausible range; a note may follow in ( )';
const WORDS = /^\s*(?:(case|fitted)|assumed\s+(\S+?)\s*\.\.\s*(\S+?))\s*(?:\((.*)\))?\s*$/;

export function figure(): Quantity<Figure, string> {
  return quantity(readFigure, {
    type: "string",
    examples: ["case", "fitted (to the rate of run 2)", "assumed 0.2ms..2ms (network SSD)"],
  });
}

function readFigure(value: unknown): Figure | Mistake {
  const match = typeof value === "string" && value.length <= 500 ? WORDS.exec(value) : null;
  if (match === null) return new Mistake(`${show(value)} does not say where a figure comes from`, FIGURE);
  const [, stated, low = "", high = "", note = ""] = match;
  if (stated === "fitted" && note === "") return new Mistake("it is not said what the figure is fitted to", FIGURE);
  if (stated === "case" || stated === "fitted") return { origin: stated, note };
  const [least, most] = [readBound(low), readBound(high)];
  if (least instanceof Mistake) return least;
  if (most instanceof Mistake) return most;
  return least <= most
    ? { origin: "assumed", low, high, note }
    : new Mistake("the range ends before it begins", FIGURE);
}

function readBound(word: string): number | Mistake {
  return readAnyQuantity(/^\d+(?:\.\d+)?$/.test(word) ? Number(word) : word);
}
