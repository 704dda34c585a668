import type { Result } from "./measure.ts";
import { simjsW1, simjsW2 } from "./simjs.ts";
import { simscriptW1, simscriptW2 } from "./simscript.ts";
import { w1 } from "./w1.ts";
import { w2 } from "./w2.ts";
import { w3 } from "./w3.ts";

/** Prepares a run of `n` customers (W3: holds, with `pending` events); calling what it gives back is what is measured. */
type Workload = (n: number, pending: number) => () => Result | Promise<Result>;

export const WORKLOADS: Readonly<Record<string, Workload>> = {
  w1: (n) => () => w1(n),
  w2: (n) => () => w2(n, 0),
  w2l: (n) => () => w2(n, 5),
  w3,
  "simjs-w1": (n) => () => simjsW1(n),
  "simjs-w2": (n) => () => simjsW2(n),
  "simscript-w1": (n) => () => simscriptW1(n),
  "simscript-w2": (n) => () => simscriptW2(n),
};
