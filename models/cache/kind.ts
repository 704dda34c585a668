import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { amount, distribution, duration, positiveCount, share } from "../quantity.ts";
import { Cache } from "./cache.ts";

const keys = z.strictObject({
  count: positiveCount()
    .default(10_000)
    .describe("Model: different things that people ask for; each call asks for one of them."),
  skew: amount(5)
    .default(0.8)
    .describe(
      "Model: exponent of Zipf's law; the n-th most wanted is asked for n^-skew times as often as the first; 0: all alike. Source: 0.64 to 0.83 for web traces (Breslau et al., INFOCOM 1999).",
    ),
  ttl: duration()
    .optional()
    .describe("How long an answer is kept from when it was fetched. Default: for good; memory has no limit."),
  warm: z
    .boolean()
    .default(true)
    .describe("Whether all of it is in the cache at the start, fetched at times spread over the ttl."),
});

const options = z
  .strictObject({
    to: z.string().describe("Path of the component that answers what the cache does not have."),
    hitRatio: share()
      .optional()
      .describe("Share of the calls that the cache can answer, by chance, whatever was asked before. Or give `keys`."),
    keys: keys
      .optional()
      .describe("What people ask for, in place of `hitRatio`: then hits follow from what was fetched before."),
    hit: distribution().prefault("500us").describe("Model: how long an answer from the cache takes."),
    coalesce: z
      .boolean()
      .default(false)
      .describe(
        "Whether calls for what is being fetched already wait for that one fetch and share its answer, good or bad; needs `keys`. Source: Go singleflight; nginx proxy_cache_lock (off).",
      ),
  })
  .check((context) => {
    const { hitRatio, keys, coalesce } = context.value;
    const wrong = (message: string) => context.issues.push({ code: "custom", message, input: context.value });
    if ((hitRatio === undefined) === (keys === undefined)) wrong("a cache has either `hitRatio` or `keys`");
    if (coalesce && keys === undefined) wrong("`coalesce` needs `keys`: without them no two calls want the same");
  });

export type CacheOptions = Readonly<z.output<typeof options>>;

/** A cache in front of a service. */
export const cache = defineKind({
  kind: "cache",
  about: "A cache in front of a component: what it has it answers itself, the rest it passes on and then keeps.",
  options,
  serves: () => ["http"],
  references: ({ to }) => [{ at: ["to"], path: to, needs: ["http"] }],
  deeds: ["set", "restart", "stop", "start"],
  live: ["hitRatio"],
  liveIn: ({ keys }) => (keys === undefined ? [] : ["coalesce"]),
  mechanisms({ keys, coalesce, to }) {
    if (keys === undefined || coalesce) return [];
    const does = "each call for what is not there is passed on, though it is being fetched already";
    const off = { parameter: "coalesce", to: 1, otherwise: 0 };
    return [{ name: "cache stampede", does, actsOn: [to], shows: ["cache-cold"], off }];
  },
  facts: {
    "cache-cold":
      "{component} is cold: it used to answer {percent} % of the calls itself, and now passes most of them on",
  },
  build(world, path, settings) {
    const component = new Cache(world, path, settings);
    const act: Act = (deed, because) => {
      if (deed.do === "set") component.change(deed.parameter, deed.to, because);
      else if (deed.do === "restart") component.flush(because);
      else if (deed.do === "stop") component.stop(because);
      else if (deed.do === "start") component.start(because);
      else notUnderstood(path, deed);
    };
    return { component, connect: () => component.connect(), start: () => {}, act };
  },
});
