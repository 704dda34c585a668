import * as z from "zod";
import type { Distribution } from "../../sim/distribution.ts";
import { amount, distribution, positiveCount } from "../quantity.ts";

/** What a disk is capable of. */
export interface DiskAbilities {
  /** How long the random read of a page takes, once its turn has come. */
  readonly read: Distribution;
  /** How long a sync takes, once its turn has come. */
  readonly sync: Distribution;
  /** Requests that it works on at once. */
  readonly parallel: number;
  /** Requests per second that it takes for good; Infinity for no limit. */
  readonly iops: number;
  /** Requests per second that it takes while there are credits. */
  readonly burst: number;
  /** Credits that it has when it has rested, one for each request above what it takes for good. */
  readonly credits: number;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

/**
 * By kind: what is usual.
 *
 * hdd: 7200 rpm, a seek of 1 to 8 ms and up to a turn of 8.33 ms, one after the other. ssd: a tenth of a millisecond,
 * many at once (NVMe). gp2, gp3: network volumes with the latency of SSDs behind a network; gp3 takes 3000 a second;
 * gp2 takes 3 a second per GiB, at least 100, and 3000 while it has credits, 5.4 million when it has rested (EC2 User
 * Guide, "General Purpose SSD volumes").
 */
const USUAL = {
  hdd: { read: "uniform 1ms..16ms", sync: "uniform 4ms..12ms", parallel: 1, iops: UNLIMITED },
  ssd: {
    read: "lognormal median 90us p99 400us",
    sync: "lognormal median 500us p99 2ms",
    parallel: 32,
    iops: UNLIMITED,
  },
  gp2: { read: "lognormal median 600us p99 2ms", sync: "lognormal median 1ms p99 3ms", parallel: 64, iops: 300 },
  gp3: { read: "lognormal median 600us p99 2ms", sync: "lognormal median 1ms p99 3ms", parallel: 64, iops: 3000 },
} as const;

const GP2_BURST = 3000;
const GP2_CREDITS = 5_400_000;

/** The options of a disk, as a server's own or as one that several share. */
export const diskOptions = z.strictObject({
  medium: z
    .enum(["hdd", "ssd", "gp2", "gp3"])
    .default("ssd")
    .describe(
      "What it is: says what the other options are unless they are given. Source: EC2 User Guide for gp2, gp3.",
    ),
  read: distribution()
    .optional()
    .describe("Model: time of one random read of 16 KiB. Default: hdd 1-16 ms, ssd 0.09 ms, gp2 and gp3 0.6 ms."),
  sync: distribution()
    .optional()
    .describe("Model: time of one sync of a log. Default: hdd 4-12 ms, ssd 0.5 ms, gp2 and gp3 1 ms."),
  parallel: positiveCount(65_536)
    .optional()
    .describe("Model: requests that it works on at once. Default: hdd 1, ssd 32, gp2 and gp3 64."),
  iops: positiveCount(10_000_000)
    .optional()
    .describe(
      "Requests per second that it takes for good. Default: hdd, ssd no limit; gp2 300 (of 100 GiB); gp3 3000.",
    ),
  burst: amount(10_000_000)
    .optional()
    .describe("Requests per second that it takes while it has credits. Default: gp2 3000, others none. Source: EC2."),
  credits: amount()
    .optional()
    .describe("Credits at the start and at most, one for each request; gp2: 5 400 000, others none. Source: EC2."),
});

export type DiskOptions = z.output<typeof diskOptions>;

/** What a disk of these options is capable of. */
export function abilitiesOf({ medium, read, sync, parallel, iops, burst, credits }: DiskOptions): DiskAbilities {
  const usual = USUAL[medium];
  const forGood = iops ?? usual.iops;
  return {
    read: read ?? distribution().parse(usual.read),
    sync: sync ?? distribution().parse(usual.sync),
    parallel: parallel ?? usual.parallel,
    iops: forGood,
    burst: Math.max(forGood, burst ?? (medium === "gp2" ? GP2_BURST : 0)),
    credits: credits ?? (medium === "gp2" ? GP2_CREDITS : 0),
  };
}
