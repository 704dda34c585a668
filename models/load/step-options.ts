import * as z from "zod";
import { amount, distribution, positiveCount } from "../quantity.ts";

const compute = z.strictObject({
  cpu: distribution().describe("Processor time; drawn when the step begins, from a stream of the service."),
});

/** For what is done many times over, one by one. */
const series = {
  cpuEach: distribution()
    .optional()
    .describe("Processor time that the service needs before each of them, drawn when the step begins. Default: none."),
  together: positiveCount(100_000)
    .default(1)
    .describe(
      "Model: so many in a row count as one that takes as long as all of them, which makes a long series cheap to simulate. In a closed loop that changes no rate, as all times grow alike; a line sees fewer and longer turns.",
    ),
};

const queries = z
  .strictObject({
    queries: positiveCount(100_000).describe("Statements; each goes over a connection of the pool."),
    ...series,
    parallel: z
      .boolean()
      .default(false)
      .describe("All at once, each on a connection of its own; the first failure fails the call. Default: one by one."),
    work: distribution()
      .optional()
      .describe("Processor time of each at the database, drawn when the step begins. Default: that of the class."),
    waits: distribution()
      .optional()
      .describe("Time that each takes without a processor, drawn when the step begins. Default: that of the class."),
    rows: positiveCount(100_000)
      .default(1)
      .describe("Rows of each: `work` and `pageReads` count for every row, a commit for the statement as a whole."),
    username: z.string().min(1).optional().describe("MySQL user that they run as. Default: that of the class."),
    writes: z.boolean().optional().describe("Whether each writes, and so commits. Default: as in the class."),
    sql: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe("Text of each. Default: that of the class, if it fits `writes`."),
    transaction: z
      .boolean()
      .optional()
      .describe("Whether they run between BEGIN and COMMIT. Default: as in the class."),
    locks: z
      .string()
      .optional()
      .describe("Name of the hot row that each locks; empty: none. Default: as in the class."),
    pageReads: amount(1_000_000).optional().describe("Pages of 16 KiB that each row reads. Default: as in the class."),
  })
  .check(({ value, issues }) => {
    if (!isSeries(value) || !(value.parallel || value.transaction)) return;
    const message = "`cpuEach` and `together` are for statements one by one, each a transaction of its own";
    issues.push({ code: "custom", message, input: value });
  });

const call = z.strictObject({
  call: z
    .string()
    .min(1)
    .describe("Class of the call; what it needs is drawn when it begins, from streams of the service."),
  to: z.string().describe("Path of the service or balancer that is asked; it may be this service once more."),
  ignoreFailure: z
    .boolean()
    .default(false)
    .describe("Whether the outer call goes on when this one fails, as where nobody looks at the status."),
});

const send = z.strictObject({
  send: z.string().min(1).describe("Class of what is sent; what it needs is drawn from streams of the service."),
  to: z.string().describe("Path of who takes it in; the call goes on as soon as it has been answered."),
});

const commands = z.strictObject({
  commands: positiveCount().describe("Commands to a Redis, each a round trip."),
  to: z.string().describe("Path of the Redis."),
  ...series,
  pipeline: z.boolean().default(false).describe("All of them in one round trip. Default: one by one."),
});

/** One thing that a service does for a call; it holds on to what it has while it waits. */
export const step = z.union([compute, queries, call, send, commands]);

export type StepOptions = z.output<typeof step>;
export type QueriesStep = z.output<typeof queries>;
export type CommandsStep = z.output<typeof commands>;

/** Whether a step goes back and forth between the service and whom it asks, so that it is many steps in truth. */
export function isSeries({ cpuEach, together }: Pick<QueriesStep, "cpuEach" | "together">): boolean {
  return cpuEach !== undefined || together > 1;
}
