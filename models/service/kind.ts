import * as z from "zod";
import type { Act } from "../deed.ts";
import { defineKind, type Role } from "../kind.ts";
import {
  buildDeployment,
  probeReferences,
  workloadDeeds,
  workloadFacts,
  workloadLive,
  workloadMechanisms,
  workloadOptions,
  workloadServes,
} from "../kubernetes/workload.ts";
import { limiterFacts, limiterOptions } from "../limiter/limiter-options.ts";
import { requestClass, stepReferences } from "../load/class-options.ts";
import type { Mechanism } from "../mechanism.ts";
import { listenFacts, listenOptions } from "../network/listen-options.ts";
import { poolFacts } from "../pool/pool-group.ts";
import { poolOptions } from "../pool/pool-options.ts";
import { bytes, count, duration, positiveCount } from "../quantity.ts";
import { discipline } from "../queue/discipline.ts";
import { processOptions } from "./process-options.ts";
import { ServiceGroup } from "./service-group.ts";
import { ServicePod } from "./service-pod.ts";

/** What pools can open sessions to. */
const SESSIONS: readonly Role[] = ["mysql", "sqlite", "redis"];

const options = z
  .strictObject({
    ...workloadOptions,
    workers: positiveCount()
      .optional()
      .describe("Calls in service at once, in each pod. Default: no limit, as in Node."),
    queue: count()
      .default(511)
      .describe(
        'Calls that wait for a worker, in each pod; beyond: "queue full". Default: the listen backlog of Node.',
      ),
    process: processOptions
      .optional()
      .describe("What serves the calls, in place of `workers`. Default: threads that compute side by side."),
    discipline: discipline.describe(
      "Who of those that wait for a worker is next: fifo, lifo, random, priority, codel, adaptive-lifo.",
    ),
    cancels: z
      .boolean()
      .default(false)
      .describe(
        "Model: whether a pod drops calls whose callers have hung up, be it slowed or not: at once, but what an event loop computes and a statement that runs end first. false: it goes on for nobody.",
      ),
    cores: positiveCount(1024).default(1).describe("Processors of each pod; each runs one computation to its end."),
    cpuDiscipline: z
      .union([z.literal("ps"), discipline])
      .prefault("fifo")
      .describe("Who of those that wait for a core is next; ps: all share the cores equally. Default: fifo."),
    machine: z
      .string()
      .optional()
      .describe("Path of the machine whose cores its pods share with others, in place of `cores`. Default: none."),
    listen: listenOptions
      .optional()
      .describe(
        "The listening socket of each pod, for connections that clients open; then it is what bounds those who wait, not `queue`. Default: not modelled.",
      ),
    limiter: limiterOptions,
    pool: poolOptions.describe("How each pod gets its connections; it has one pool for each database."),
    to: z
      .union([z.string(), z.record(z.string(), z.string())])
      .optional()
      .describe(
        "Path of the database, proxy or balancer that statements go to, or { username: path, ... }. Default: none.",
      ),
    failure: z
      .strictObject({
        cpu: duration()
          .prefault("0s")
          .describe("Processor time that the answer to a failed call costs (an error page)."),
        bytes: bytes().prefault("1KiB").describe("Size of the answer to a failed call."),
      })
      .prefault({})
      .describe("What failures cost."),
    classes: z
      .array(requestClass.omit({ share: true, via: true }))
      .default([])
      .describe("Classes of calls that services make, and no people; they may stand in any service or load."),
  })
  .check(({ value, issues }) => {
    const { process, workers } = value;
    if (process === undefined || workers === undefined) return;
    const message = "a service has either `workers` or a `process`, which has workers of its own";
    issues.push({ code: "custom", message, input: value });
  });

/** Its line, calls of people who have left, and workers that are killed. */
function ownMechanisms({ queue, workers, process, listen, cancels }: z.output<typeof options>): Mechanism[] {
  const mechanisms: Mechanism[] = [];
  const line = (parameter: string, otherwise: number) => {
    const does = "calls wait for a worker until nobody wants the answer any more";
    const shows = ["workers-all-busy", "queue-full", "event-loop-busy"];
    mechanisms.push({ name: "a queue longer than people wait", does, shows, off: { parameter, to: 0, otherwise } });
  };
  if (listen === undefined && process?.kind === "gunicorn" && process.backlog > 0)
    line("process.backlog", process.backlog);
  if (listen === undefined && workers !== undefined && queue > 0) line("queue", queue);
  if (!cancels) {
    const does = "workers go on with calls whose callers have left";
    const shows = ["workers-all-busy", "cores-all-busy", "event-loop-busy"];
    mechanisms.push({ name: "work for nobody", does, shows, off: { parameter: "cancels", to: 1, otherwise: 0 } });
  }
  if (process?.kind === "gunicorn" && process.timeout > 0) {
    const off = { parameter: "process.timeout", to: 0, otherwise: process.timeout };
    const does = "workers that are silent for too long are killed with their calls";
    mechanisms.push({ name: "workers killed for their silence", does, shows: ["worker-timeout"], off });
  }
  return mechanisms;
}

/** A stateless service in pods: an API, an edge, workers. */
export const service = defineKind({
  kind: "service",
  about: "A stateless service: workers in pods that take calls, compute, and run statements through connection pools.",
  options,
  serves: (settings) => workloadServes(settings, "http"),
  references: (settings) => {
    const { to, machine, classes } = settings;
    const targets = typeof to === "object" ? Object.entries(to) : [];
    return [
      ...(typeof to === "string" ? [{ at: ["to"], path: to, needs: SESSIONS }] : []),
      ...targets.map(([username, path]) => ({ at: ["to", username], path, needs: SESSIONS })),
      ...(machine === undefined ? [] : [{ at: ["machine"], path: machine, needs: ["machine"] as const }]),
      ...stepReferences(classes),
      ...probeReferences(settings),
    ];
  },
  classes: ({ classes }) => classes,
  deeds: [...workloadDeeds, "pace"],
  liveIn: (settings) => [...workloadLive(settings), ...ownMechanisms(settings).map(({ off }) => off.parameter)],
  mechanisms: (settings) => [...workloadMechanisms(settings), ...ownMechanisms(settings)],
  facts: {
    ...workloadFacts,
    ...poolFacts,
    ...limiterFacts,
    ...listenFacts,
    "workers-all-busy": "{component}: all {workers} workers of a pod are busy, and calls wait for one",
    "cores-all-busy": "{component}: all {cores} cores of a pod are busy, and calls wait for one for long",
    "event-loop-busy":
      "{component}: the event loop of a pod has no pause any more, and what is ready waits for its turn",
    "queue-full": "{component}: {limit} calls wait in a pod, and more are turned away",
    "queue-sheds":
      "{component}: calls that have waited for more than {milliseconds} ms in a standing queue are dropped",
    "worker-timeout": "{component}: a worker is killed that was silent for {seconds} s, and its calls with it",
  },
  build(world, path, settings) {
    const group = new ServiceGroup(world, path, settings);
    const { built } = buildDeployment(world, path, settings, (_, pod) => new ServicePod(world, pod, group));
    const connect = () => {
      group.connect();
      built.connect();
    };
    const act: Act = (deed, because) => {
      if (deed.do === "pace") group.setPace(deed.share, because);
      else if (deed.do === "set" && !workloadLive(settings).includes(deed.parameter))
        group.adjust(deed.parameter, deed.to);
      else built.act!(deed, because);
    };
    return { ...built, connect, act };
  },
});
