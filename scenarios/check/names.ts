import type { Name, Operand } from "./expression.ts";
import type { MetricSort, OfferedMetric, Offers, Selector } from "./readings.ts";
import { nearest } from "./suggestion.ts";
import { TextMistake } from "./token.ts";

/** What every load has besides the metrics of k6: judged over time, by the second in which a request was born. */
const OF_LOADS = ["goodput", "outage", "recovered"] as const;

/** What the words of a check stand for in a world. */
export interface Meaning {
  readonly selector: Selector;
  readonly sort: MetricSort | (typeof OF_LOADS)[number];
  /** Undefined for goodput, outage and recovered. */
  readonly metric: OfferedMetric | undefined;
}

/** Finds what an operand names in a world; throws a TextMistake at the first of its names that nobody knows. */
export function meaningOf(operand: Operand, offers: Offers): Meaning {
  const component = componentOf(operand, offers);
  const selector = { metric: operand.metric.text, component, ...qualify(operand.qualifiers, offers) };
  const ofLoad = OF_LOADS.find((name) => name === selector.metric);
  if (ofLoad !== undefined) {
    if (!offers.loads.includes(component)) throw notALoad(operand, component, offers);
    return { selector, sort: ofLoad, metric: undefined };
  }
  const here = offers.metrics.filter((metric) => metric.component === component);
  const metric = here.find(({ name }) => name === selector.metric);
  if (metric !== undefined) return { selector, sort: metric.sort, metric };
  const names = [...here.map(({ name }) => name), ...(offers.loads.includes(component) ? OF_LOADS : [])];
  throw unknown(operand.metric, `metric of ${component}`, names);
}

/** The component's setting or level that a percentage is a share of, if the check or the metric says so. */
export function wholeOf(of: Name | undefined, { selector, metric }: Meaning, offers: Offers): string | undefined {
  if (of === undefined) return metric?.whole;
  const levels = offers.metrics.filter(({ sort }) => sort === "level");
  const here = [...offers.settings, ...levels].filter(({ component }) => component === selector.component);
  if (here.some(({ name }) => name === of.text)) return of.text;
  throw unknown(
    of,
    `setting of ${selector.component}`,
    here.map(({ name }) => name),
  );
}

/** A name that is not among those that could stand there. */
export function unknown(name: Name, sort: string, known: readonly string[]): TextMistake {
  return new TextMistake(name.at, `unknown ${sort} ${JSON.stringify(name.text)}`, nearest(name.text, known));
}

function componentOf({ component, metric }: Operand, offers: Offers): string {
  if (component !== undefined) {
    if (offers.components.includes(component.text)) return component.text;
    throw unknown(component, "component", offers.components);
  }
  const [load, other] = offers.loads;
  if (load === undefined)
    throw new TextMistake(metric.at, "there is no load", `a component, as in ${metric.text}{component:api}`);
  if (other === undefined) return load;
  const right = offers.loads.map((name) => `${metric.text}{load:${name}}`).join(" or ");
  throw new TextMistake(metric.at, "there is more than one load", right);
}

function qualify(names: readonly Name[], offers: Offers): { zone?: string; class?: string } {
  const qualified: { zone?: string; class?: string } = {};
  for (const name of names) {
    if (offers.zones.includes(name.text)) qualified.zone = name.text;
    else if (offers.classes.includes(name.text)) qualified.class = name.text;
    else throw unknown(name, "zone or class of requests", [...offers.zones, ...offers.classes]);
  }
  return qualified;
}

function notALoad({ component, metric }: Operand, path: string, offers: Offers): TextMistake {
  return new TextMistake((component ?? metric).at, `${path} is not a load`, nearest(path, offers.loads));
}
