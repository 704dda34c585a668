import { type Quantity, quantity } from "../../models/quantity.ts";
import { Mistake, show } from "../../models/unit.ts";

const NAME = /^[A-Za-z][\w-]*$/;
const PARAMETER = /^[A-Za-z][\w-]*(\.[\w-]+)+$/;
const LONGEST = 100;
const RULE = "letters, digits, - and _, beginning with a letter";

/** A name that something is referred to by. */
export function name(): Quantity<string, string> {
  return matching(NAME, "a name", RULE);
}

/** A component and one of its parameters: "load-test.rate". */
export function parameter(): Quantity<string, string> {
  return matching(PARAMETER, "a parameter", "a component and its parameter, such as load-test.rate");
}

function matching(pattern: RegExp, of: string, right: string): Quantity<string, string> {
  const read = (value: unknown) => {
    if (typeof value !== "string" || !pattern.test(value)) return new Mistake(`${show(value)} is not ${of}`, right);
    return value.length <= LONGEST ? value : new Mistake("the name is too long", `at most ${LONGEST} characters`);
  };
  return quantity(read, { type: "string", pattern: pattern.source });
}
