import { type Quantity, quantity } from "../../models/quantity.ts";
import { Mistake, show } from "../../models/unit.ts";

const NAME = /^[A-Za-z][\w.-]*$/;
const LONGEST = 100;
const RULE = "letters, digits, - and _, beginning with a letter";

/** A name that something is referred to by. */
export function name(of = "a name"): Quantity<string, string> {
  return quantity((value) => readName(value, of), { type: "string", pattern: NAME.source });
}

function readName(value: unknown, of: string): string | Mistake {
  if (typeof value !== "string") return new Mistake(`${show(value)} is not a name`, `${of}: ${RULE}`);
  if (value.length > LONGEST) return new Mistake("the name is too long", `at most ${LONGEST} characters`);
  return NAME.test(value) ? value : new Mistake(`${show(value)} is not a name`, `${of}: ${RULE}`);
}
