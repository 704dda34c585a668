import type { Scenario } from "../../../scenarios/language/scenario.ts";
import type { Bracket } from "../../../scenarios/study/tipping-point.ts";
import { type Capacity, stateAt } from "../../../scenarios/verdict/capacity.ts";
import { figure, minutes } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

/** Both capacities of a load, between them the margin, and where the file's own rate stands. */
export function capacityLines(capacity: Capacity, scenario: Scenario, out: Printer): string[] {
  const { path, within, advertised, hidden, margin, runs } = capacity;
  const rows = [
    ["advertised", bracketInWords(advertised), "carries this from a healthy start"],
    [
      "hidden",
      hidden === null
        ? `not known: ${runs.n === 0 ? "no run was done" : `none of ${runs.n} runs collapsed`}`
        : bracketInWords(hidden),
      "recovers from a collapse",
    ],
    [
      "margin",
      margin === null ? "-" : `${percentOf(margin.low)} to ${percentOf(margin.high)}`,
      "works, but would not come back",
    ],
  ];
  const rate = endOf(scenario, path);
  const here = rate === undefined ? "" : ` ${rateInWords(rate, capacity)}`;
  const how = `In at least 19 of 20 runs, with 95 % confidence; ${minutes(within)} to recover, or watched from a healthy start.`;
  return [...columns(rows), ...wrap(`${how}${here}`, out.width)];
}

function rateInWords(rate: number, capacity: Capacity): string {
  const [state, here] = [stateAt(rate, capacity), `${figure(rate)}/s`];
  if (state === "outside") return `${here} is outside ${capacity.searched.words}.`;
  if (state === "unknown") return `What it is at ${here} is not known.`;
  return `At ${here} it is ${STATES[state]}.`;
}

const STATES = {
  stable: "stable: it recovers from anything",
  vulnerable: "vulnerable: it works until something happens",
  infeasible: "infeasible: it does not work",
  unclear: "within one of the brackets",
} as const;

function bracketInWords({ found, low, high, tried }: Bracket): string {
  if (found === "bracket" && low !== null && high !== null) {
    return `between ${low.value} (n = ${low.n}) and ${high.value} (n = ${high.n})`;
  }
  const [first, last] = [tried[0], tried[tried.length - 1]];
  if (found === "same" && first?.side === "above") return `above ${last!.value} (n = ${last!.n})`;
  if (found === "same" && first?.side === "below") return `below ${first.value} (n = ${first.n})`;
  return `not decided${last === undefined ? "" : ` (n = ${last.n} at ${last.value})`}`;
}

function percentOf(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** The rate that a load ends at, as its curve says. */
function endOf({ components }: Scenario, path: string): number | undefined {
  const { rate } = components.get(path.replace(/\.rate$/, ""))!.options as { rate?: readonly { is: number }[] };
  return rate?.[rate.length - 1]?.is;
}
