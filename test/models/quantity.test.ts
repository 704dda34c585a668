import { expect, test } from "vitest";
import * as z from "zod";
import { Mistake } from "../../models/unit.ts";
import * as quantity from "../../models/quantity.ts";

test("x", () => {
  const show = (s: z.ZodType, ...vs: unknown[]) => {
    for (const v of vs) {
      const r = s.safeParse(v);
      console.log(JSON.stringify(v), "=>", r.success ? JSON.stringify(r.data) : r.error.issues[0]!.message);
    }
  };
  show(quantity.duration(), "250ms", "1m30s", 500, "500", "1.5 s", "5 sec", "5S", "-3s", "soon", "", null, undefined, "1s 2", "400d", "0.1us", "1e3ms", "5x", "99999999999999999999s", {}, [], "1..5s", NaN);
  show(quantity.milliseconds(), 10000, "10s", "500", -1, "5 sec");
  show(quantity.bytes(), "64KiB", 1500, "64K", "1kb", "1.5MiB", "1GBit");
  show(quantity.bandwidth(), "1Gbit/s", "1Gbps", 1000, "unlimited", "0Mbit/s", "20Tbit/s");
  show(quantity.share(), "30%", 0.3, 30, "130%", -0.1, "30 pct");
  show(quantity.rate(), "100/s", "6/min", 100, "100rps", "1e9/s", "5/m");
  show(quantity.count(), 5, 5.5, -1, "5", 1e9, NaN);
  show(quantity.positiveCount(), 0, 1);
  show(quantity.distribution(), "50ms", "exponential mean 50ms", "uniform 0s..5s", "uniform 5s..1s", "lognormal median 4ms p99 40ms", "erlang 3 mean 50ms", "erlang mean 50ms", "gamma mean 50ms cv 2", "pareto minimum 1ms shape 1.5", "weibull mean 50ms shape 0.7", "mixture 90% exponential mean 5ms | 10% 100ms", "mixture 90% exponential mean 5ms and 20% 100ms", "mixture 50% exponential mean 5ms, 50% 100", "empirical 1ms 2ms", "quantiles p50 4ms p90 12ms", "normal 5ms", "exponential 50ms", "exponential mean 50", "", 5, "mixture", "gamma mean 1s cv 40", "__proto__", "uniform 1s");
  console.log(Mistake.name);
});
