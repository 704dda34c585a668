import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { count, distribution, positiveCount, seconds } from "../quantity.ts";
import { FloatingAddress } from "./floating-address.ts";
import { Keepalived } from "./keepalived.ts";

const MOST_WEIGHT = 253;

const script = z.strictObject({
  interval: seconds().prefault(1).describe("Seconds from the start of a run to that of the next. Source: man page."),
  timeout: seconds()
    .optional()
    .describe("Seconds after which a run is ended and counts as failed. Default: the interval. Source: man page."),
  weight: z
    .number()
    .int()
    .min(-MOST_WEIGHT)
    .max(MOST_WEIGHT)
    .default(0)
    .describe(
      "Below 0: added to the priority while the check fails; above: while it succeeds; 0: failing means FAULT. Source: man page.",
    ),
  fall: positiveCount(1000).default(1).describe("Failures in a row until it counts as failed. Source: man page."),
  rise: positiveCount(1000).default(1).describe("Successes in a row until it counts as up again. Source: man page."),
  run: distribution()
    .prefault("uniform 10ms..60ms")
    .describe("Model: how long a run takes; at its end it finds whether the process is there. No figure is published."),
});

const keepalivedOptions = z
  .strictObject({
    target: z.string().describe("Path of the process on the same host that clients of the address talk to."),
    state: z
      .enum(["MASTER", "BACKUP"])
      .optional()
      .describe(
        "Who is MASTER at time zero; whenever keepalived starts it is BACKUP first. Default: the highest priority.",
      ),
    priority: positiveCount(255)
      .default(100)
      .describe("The highest holds the address; 255 is its owner, whom no check changes. Source: vrrp.h."),
    vrrp_version: z
      .union([z.literal(2), z.literal(3)])
      .default(2)
      .describe("Version 3 backups learn the interval of their master, and it scales their skew. Source: man page."),
    advert_int: seconds()
      .prefault(1)
      .describe("Seconds between two adverts of a master: whole ones in version 2, hundredths in 3. Source: vrrp.h."),
    down_timer_adverts: positiveCount(100)
      .default(3)
      .describe("Intervals without an advert, besides its skew, until a backup takes over. Source: man page, 2.2."),
    nopreempt: z
      .boolean()
      .default(false)
      .describe("Whether a backup leaves the address to a master of lower priority. Source: man page."),
    preempt_delay: seconds()
      .prefault(0)
      .describe("Seconds that a backup heeds a master of lower priority before it takes over. Source: man page."),
    garp_master_delay: seconds()
      .prefault(5)
      .describe("Seconds until a new master sends its gratuitous ARPs again; 0: never. Source: man page."),
    garp_master_repeat: count(1000)
      .default(5)
      .describe("Gratuitous ARPs that a new master sends at a time. Source: man page."),
    vrrp_script: script.optional().describe("Checks whether the target's process is there. Default: nobody checks."),
  })
  .superRefine(({ vrrp_version, advert_int }, context) => {
    const [step, right] =
      vrrp_version === 2 ? [1_000_000, "whole seconds from 1 to 255"] : [10_000, "hundredths of a second up to 40.95"];
    const most = vrrp_version === 2 ? 255 * step : 4095 * step;
    if (advert_int >= step && advert_int <= most && advert_int % step === 0) return;
    const message = `an interval that version ${vrrp_version} cannot advertise; expected ${right}`;
    context.addIssue({ code: "custom", path: ["advert_int"], message });
  });

/** A host of a floating address. */
export const keepalived = defineKind({
  kind: "keepalived",
  about:
    "A host that runs keepalived beside a process: it holds a floating address while its VRRP instance is MASTER, and checks the process.",
  options: keepalivedOptions,
  serves: () => ["vrrp"],
  references: ({ target }) => [{ at: ["target"], path: target, needs: ["http", "mysql"] }],
  deeds: ["stop", "start", "restart", "pace"],
  facts: {
    "host-down": "the host of {component} is down",
    "host-cut-off": "the host of {component} is cut off from the network",
    "check-failing": "{component}: the check has failed {fall} times in a row",
    "check-recovered": "{component}: the check succeeds again",
    "priority-lowered": "{component} lowers its priority from {from} to {to}",
    "fault-state": "{component} is in FAULT state and gives the address up",
    "adverts-discarded":
      "{component} discards adverts of priority {theirs}, below its own {own}, and lets its timer run out",
    "became-master": "{component} becomes MASTER with priority {priority} and takes the address",
    "became-backup": "{component} hears priority {theirs}, above its own {own}, and gives the address up",
  },
  build(world, path, options) {
    const component = new Keepalived(world, path, options);
    const act: Act = (deed, because) => {
      if (deed.do === "stop") component.stop(because);
      else if (deed.do === "start") component.wake(because);
      else if (deed.do === "restart") component.restart(because);
      else if (deed.do === "pace") component.setPace(deed.share, because);
      else notUnderstood(path, deed);
    };
    return { component, connect: () => component.connect(), start: () => component.start(), act };
  },
});

/** The address that hosts with keepalived share. */
export const floatingAddress = defineKind({
  kind: "floating-address",
  about: "An IP address that is always at one of several hosts: clients reach the process of whoever holds it.",
  options: z.strictObject({
    hosts: z
      .array(z.string())
      .min(1)
      .max(100)
      .refine((hosts) => new Set(hosts).size === hosts.length, "a host is there twice; expected each once")
      .describe("Paths of the hosts that run keepalived for it."),
  }),
  serves: () => ["http", "mysql"],
  references: ({ hosts }) => hosts.map((path, index) => ({ at: ["hosts", index], path, needs: ["vrrp"] })),
  facts: {
    "address-out-of-service": "{component} serves nobody: no host of {hosts} holds it and runs the process",
  },
  build(world, path, { hosts }) {
    const component = new FloatingAddress(world, path);
    return { component, connect: () => component.connect(hosts), start: () => {} };
  },
});
