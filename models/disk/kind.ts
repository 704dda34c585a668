import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { Disk } from "./disk.ts";
import { abilitiesOf, diskOptions } from "./disk-options.ts";

/** What the entries of a disk in the journal say. */
export const diskFacts = {
  "disk-saturated": "{component} has more to do than it can: {waiting} requests wait for it",
  "io-credits-used-up": "{component} has used up its I/O credits and is down to {iops} requests per second",
} as const;

/** A disk or a network volume. */
export const disk = defineKind({
  kind: "disk",
  about: "A disk or a network volume that one or several databases read pages from and sync their logs to.",
  options: diskOptions,
  serves: () => ["disk"],
  references: () => [],
  deeds: ["pace"],
  facts: diskFacts,
  build(world, path, options) {
    const component = new Disk(world, path, abilitiesOf(options));
    const act: Act = (deed, because) => {
      if (deed.do !== "pace") notUnderstood(path, deed);
      component.setPace(deed.share, because);
    };
    return { component, connect: () => {}, start: () => {}, act };
  },
});
