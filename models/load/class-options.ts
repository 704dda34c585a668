import * as z from "zod";
import type { Reference, Role } from "../kind.ts";
import { amount, count, distribution, share } from "../quantity.ts";
import { type RequestClass, statementsOf, usualStatement } from "./request-class.ts";
import { step } from "./step-options.ts";

/** What people want, as a file says it. */
export const requestClass = z.strictObject({
  name: z.string().min(1).describe("Name of the class; it stands for the same thing in every load that uses it."),
  share: share()
    .prefault(1)
    .describe("Share of the people who want this; only the proportions among the classes count."),
  via: z.string().optional().describe("Path of the component that this class asks, in place of `to`."),
  username: z.string().min(1).default("app").describe("MySQL user that the statements run as; ProxySQL routes by it."),
  queries: count(100_000).default(1).describe("Statements that one call runs, one after the other."),
  writes: z.boolean().default(false).describe("Whether a statement writes, and so commits."),
  sql: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe("Text of each statement; rules of ProxySQL look at it. Default: SELECT 1, or an INSERT if it writes."),
  transaction: z
    .boolean()
    .default(false)
    .describe("Whether the statements of a call run between BEGIN and COMMIT, on one connection."),
  locks: z.string().default("").describe("Name of the hot row that a statement locks; empty: none."),
  pageReads: amount(1_000_000)
    .default(0)
    .describe("Pages of 16 KiB that a statement reads; those not in the buffer pool come from a `disk`, one by one."),
  cpu: distribution().prefault("0ms").describe("Processor time that the called service needs for one call."),
  work: distribution().prefault("0ms").describe("Processor time that each statement needs at the database."),
  waits: distribution()
    .prefault("0ms")
    .describe("Time that each statement takes without a processor, as SELECT SLEEP does."),
  request: distribution("bytes").prefault("1KiB").describe("Bytes of a call, and of each of its statements."),
  reply: distribution("bytes").prefault("2KiB").describe("Bytes of a good answer, and of each of its statements'."),
  priority: amount(1000)
    .default(0)
    .describe("Where a line serves by priority, greater numbers go first (as a PriorityClass of Kubernetes)."),
  steps: z
    .array(step)
    .max(100)
    .default([])
    .describe(
      "What the called service does for one call after `cpu`, in place of `queries`: { cpu }, { queries }, { call }, { send }, { commands }.",
    ),
});

export type ClassOptions = z.output<typeof requestClass>;

/** A class as the service that takes its calls sees it, whoever makes them. */
export type CallClass = Omit<ClassOptions, "share" | "via">;

/**
 * What the components behind a load need to know of its classes. Two loads may share a class that is the same.
 * The statements of a class with steps are classes of their own, one for each step that has any.
 */
export function requestClasses({ classes }: { readonly classes: readonly CallClass[] }): RequestClass[] {
  return classes.flatMap((options) => {
    const { sql, writes, cpu, work, waits, request, reply, ...rest } = options;
    const one: RequestClass = {
      ...rest,
      writes,
      sql: sql ?? usualStatement(writes),
      queries: rest.steps.length > 0 ? 0 : rest.queries,
      demands: { cpu, work, waits, request, reply },
    };
    return [one, ...statementsOf(one)];
  });
}

/** Whom the steps of classes ask. That a service asks itself is no circle as long as its classes do not. */
export function stepReferences(classes: readonly CallClass[]): Reference[] {
  return classes.flatMap(({ steps }, n) =>
    steps.flatMap((step, m) => {
      if (!("to" in step)) return [];
      const needs: Role[] = "commands" in step ? ["redis"] : "send" in step ? ["tasks", "http"] : ["http"];
      return [{ at: ["classes", n, "steps", m, "to"], path: step.to, needs, mutual: true }];
    }),
  );
}
