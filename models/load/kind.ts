import { guardFacts } from "../client/guard-options.ts";
import { type Act, notUnderstood } from "../deed.ts";
import { k6Facts } from "../k6/facts.ts";
import { defineKind } from "../kind.ts";
import { stepReferences } from "./class-options.ts";
import { Load } from "./load.ts";
import { loadOptions } from "./load-options.ts";

/** People who ask for something. */
export const load = defineKind({
  kind: "load",
  about: "People who ask a service for something, wait as long as their patience lasts, and try again.",
  options: loadOptions,
  deeds: ["set", "ramp", "stop"],
  liveIn: ({ rate, users }) => [...(rate === undefined ? [] : ["rate"]), ...(users === undefined ? [] : ["users"])],
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
      else component.setUsers(deed.to, over, because);
    };
    return { component, connect: () => component.connect(), start: () => component.start(), act };
  },
});
