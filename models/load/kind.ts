import { guardFacts } from "../client/guard-options.ts";
import type { RetryOptions } from "../client/retry-options.ts";
import { type Act, notUnderstood } from "../deed.ts";
import { k6Facts } from "../k6/facts.ts";
import { defineKind } from "../kind.ts";
import type { Mechanism, Switch } from "../mechanism.ts";
import { stepReferences } from "./class-options.ts";
import { Load } from "./load.ts";
import { loadOptions } from "./load-options.ts";

/** People who ask for something. */
export const load = defineKind({
  kind: "load",
  about: "People who ask a service for something, wait as long as their patience lasts, and try again.",
  options: loadOptions,
  deeds: ["set", "ramp", "stop"],
  liveIn: ({ rate, users, retry, hedging }) => [
    ...(rate === undefined ? [] : ["rate"]),
    ...(users === undefined ? [] : ["users"]),
    triesOf(retry).parameter,
    ...(hedging === "off" ? [] : [COPIES]),
  ],
  mechanisms({ retry, hedging, to }) {
    const mechanisms: Mechanism[] = [];
    const actsOn = Object.keys(to);
    const tries = triesOf(retry);
    if (tries.otherwise > tries.to)
      mechanisms.push({ name: "client retries", does: "people who fail ask again", actsOn, shows: BUSY, off: tries });
    if (hedging !== "off" && hedging.maxAttempts > 1) {
      const off = { parameter: COPIES, to: 1, otherwise: hedging.maxAttempts };
      const does = "people who wait send a copy of what they ask for";
      mechanisms.push({ name: "hedging", does, actsOn, shows: BUSY, off });
    }
    return mechanisms;
  },
  references: ({ to, classes }) => [
    ...Object.keys(to).map((path) => ({ at: ["to", path], path, needs: ["http"] as const })),
    ...classes.flatMap(({ via }, n) =>
      via === undefined ? [] : [{ at: ["classes", n, "via"], path: via, needs: ["http"] as const }],
    ),
    ...stepReferences(classes),
  ],
  classes: ({ classes }) => classes,
  facts: {
    ...guardFacts,
    ...k6Facts,
    "load-begins": "{component} begins: {rate} people per second",
    "users-begin": "{component} begins: {users} users",
    "recording-begins": "{component} begins: {people} people as recorded",
    "users-change": "{component} changes from {from} to {to} users within {seconds} s",
    "load-changes": "{component} changes from {from} to {to} people per second within {seconds} s",
    "outage-partial": "{component}: only {goodput} % get what they want, and it has been too few since second {since}",
    "outage-complete": "{component}: {goodput} % get what they want, nearly nobody since second {since}",
  },
  build(world, path, options) {
    const component = new Load(world, path, options);
    const act: Act = (deed, because) => {
      if (deed.do === "stop") return component.stop(because);
      if (deed.do !== "set" && deed.do !== "ramp") notUnderstood(path, deed);
      const over = deed.do === "ramp" ? deed.over : 0;
      if (deed.parameter === "rate") component.setRate(deed.to, over, because);
      else if (deed.parameter === "users") component.setUsers(deed.to, over, because);
      else if (deed.parameter === COPIES) component.hedges!.allow(Math.floor(deed.to));
      else component.client.retries.limit(Math.floor(deed.to) - (deed.parameter === ATTEMPTS ? 1 : 0));
    };
    return { component, connect: () => component.connect(), start: () => component.start(), act };
  },
});

/** What more requests lead to, wherever they go. */
const BUSY = [
  "bandwidth-saturated",
  "workers-all-busy",
  "cores-all-busy",
  "event-loop-busy",
  "connection-limit-reached",
  "pool-at-max_connections",
];
const COPIES = "hedging.maxAttempts";
const ATTEMPTS = "retry.maxAttempts";

/** How often people try, in the words of their retry policy, and the value at which they try once. */
function triesOf(retry: RetryOptions): Switch {
  if (retry.mode === "plain") return { parameter: "retry.maxRetries", to: 0, otherwise: retry.maxRetries };
  return { parameter: ATTEMPTS, to: 1, otherwise: retry.maxAttempts };
}
