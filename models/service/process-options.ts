import * as z from "zod";
import type { Micros } from "../../sim/time.ts";
import { count, duration, positiveCount, seconds } from "../quantity.ts";

const node = z.strictObject({
  kind: z.literal("node"),
});

const gunicorn = z.strictObject({
  kind: z.literal("gunicorn"),
  worker_class: z
    .enum(["sync", "gthread", "gevent"])
    .default("sync")
    .describe(
      "sync: a worker serves one call at a time; gthread: one in each thread, of which one computes; gevent: many, in one event loop. Source: gunicorn/config.py.",
    ),
  workers: positiveCount(1000).default(1).describe("Worker processes of each pod. Source: gunicorn/config.py."),
  threads: positiveCount(1000).default(1).describe("Threads of each worker, for gthread. Source: gunicorn/config.py."),
  worker_connections: positiveCount()
    .default(1000)
    .describe("Calls that each worker has in hand at most, for gthread and gevent. Source: gunicorn/config.py."),
  backlog: count()
    .default(2048)
    .describe('Calls that wait to be accepted, in each pod; beyond: "queue full". Source: gunicorn/config.py.'),
  timeout: seconds()
    .prefault(30)
    .describe(
      "Seconds of silence after which a worker is killed with all its calls: sync by a long call, gevent by a long computation, gthread never; 0 = never. Source: gunicorn/config.py, workers/ggevent.py, workers/gthread.py.",
    ),
  boot: duration()
    .prefault("1s")
    .describe("Model: from a worker being killed until the one in its place accepts calls: fork and import. Assumed."),
});

/** What kind of process serves the calls of a pod. */
export const processOptions = z.discriminatedUnion("kind", [node, gunicorn]);

export type ProcessOptions = z.output<typeof processOptions>;

/** What is silence for a worker that is watched. */
type Silence = "never" | "call" | "burst";

/** How the processes of a pod share its calls, whatever they are called. */
export interface ProcessShape {
  readonly workers: number;
  /** Calls that each worker works on at once. */
  readonly slots: number;
  /** Calls that each has accepted at once; those beyond its slots wait for one. */
  readonly accepts: number;
  /** Whether the calls of a worker compute one after the other, be it in an event loop or under a lock. */
  readonly isLoop: boolean;
  /** Whether a worker that computes accepts nothing. */
  readonly acceptsWhenIdle: boolean;
  /** Calls that wait to be accepted. */
  readonly backlog: number;
  readonly silence: Silence;
  readonly timeout: Micros;
  readonly boot: Micros;
}

/** The plain form: so many workers that each serve one call at a time, as threads of one process. */
export function plainShape(workers: number, queue: number): ProcessShape {
  return {
    workers: 1,
    slots: workers,
    accepts: workers,
    isLoop: false,
    acceptsWhenIdle: false,
    backlog: queue,
    silence: "never",
    timeout: 0,
    boot: 0,
  };
}

export function shapeOf(options: ProcessOptions, queue: number): ProcessShape {
  const plain = plainShape(Number.POSITIVE_INFINITY, queue);
  if (options.kind === "node") return { ...plain, isLoop: true };
  const { worker_class, workers, threads, worker_connections, backlog, timeout, boot } = options;
  const watched = timeout > 0;
  const shape = { ...plain, workers, backlog, timeout, boot };
  switch (worker_class) {
    case "sync":
      return { ...shape, slots: 1, accepts: 1, silence: watched ? "call" : "never" };
    case "gthread":
      return { ...shape, slots: threads, accepts: Math.max(threads, worker_connections), isLoop: true };
    case "gevent": {
      const each = { slots: worker_connections, accepts: worker_connections, isLoop: true, acceptsWhenIdle: true };
      return { ...shape, ...each, silence: watched ? "burst" : "never" };
    }
  }
}
