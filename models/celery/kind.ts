import * as z from "zod";
import { defineKind } from "../kind.ts";
import { buildDeployment, workloadDeeds, workloadLive, workloadMechanisms } from "../kubernetes/workload.ts";
import { bytes, count, positiveCount, seconds } from "../quantity.ts";
import { service } from "../service/kind.ts";
import { ServiceGroup } from "../service/service-group.ts";
import { CeleryApp } from "./celery-app.ts";
import { CeleryWorker } from "./celery-worker.ts";

/** Children are threads of a service that no call waits for: which line and which sort of process is no question. */
const { workers: _workers, queue: _queue, process: _process, discipline, ...ofService } = service.options.shape;

const options = z.strictObject({
  ...ofService,
  broker: z.string().describe("Path of the Redis that keeps the queue."),
  queue: z
    .string()
    .min(1)
    .max(100)
    .default("celery")
    .describe("Name of the list at the broker. Source: celery app/defaults.py, task_default_queue."),
  message: bytes().prefault("1KiB").describe("Model: size of a message: headers, arguments, base64 of the body."),
  result_backend: z
    .string()
    .optional()
    .describe("Path of the Redis that results are written to; the child waits for that. Default: nowhere."),
  concurrency: positiveCount(1000)
    .optional()
    .describe("Child processes of each worker. Default: its processors. Source: celery worker/worker.py."),
  worker_prefetch_multiplier: count(1000)
    .default(4)
    .describe("Messages that a worker reserves for each child; 0 = no limit. Source: celery app/defaults.py."),
  task_acks_late: z
    .boolean()
    .default(false)
    .describe("false: acknowledged when the task begins, so a crash loses it; true: when it is over. Source: celery."),
  visibility_timeout: seconds()
    .prefault(3600)
    .describe(
      "Seconds after which the broker gives out a message again that was not acknowledged. Source: kombu transport/redis.py.",
    ),
});

export type CeleryOptions = Readonly<z.output<typeof options>>;

/** What a service must be told to run one task at a time in each child. */
function childOptions(settings: CeleryOptions) {
  const workers = settings.concurrency ?? settings.cores;
  return { ...settings, workers, queue: 0, discipline: discipline.parse(undefined) };
}

/** Workers of Celery with their queue. */
export const celery = defineKind({
  kind: "celery",
  about: "Celery workers in pods and the queue that they are fed from: who calls it leaves a task there and goes on.",
  options,
  serves: () => ["tasks", "http"],
  references: (settings) => [
    ...service.references(childOptions(settings)),
    { at: ["broker"], path: settings.broker, needs: ["redis"] },
    ...(settings.result_backend === undefined
      ? []
      : [{ at: ["result_backend"], path: settings.result_backend, needs: ["redis"] as const }]),
  ],
  classes: ({ classes }) => classes,
  deeds: workloadDeeds,
  liveIn: workloadLive,
  mechanisms: workloadMechanisms,
  facts: {
    ...service.facts,
    "backlog-grows":
      "the queue of {component} grows: {arriving} tasks come per second and {done} get done by {processes} processes; at {milliseconds} ms each, {needed} would keep up",
  },
  build(world, path, settings) {
    const group = new ServiceGroup(world, path, childOptions(settings));
    const app = new CeleryApp(world, path, settings, group);
    const { built } = buildDeployment(world, path, settings, (_, pod) => {
      return new CeleryWorker(world, pod, settings, app, group);
    });
    const connect = () => {
      group.connect();
      app.connect();
      built.connect();
    };
    const start = () => {
      built.start();
      app.start();
    };
    return { ...built, component: app, connect, start };
  },
});
