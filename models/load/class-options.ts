import * as z from "zod";
import { count, distribution, share } from "../quantity.ts";
import type { LoadOptions } from "./load-options.ts";
import type { RequestClass } from "./request-class.ts";

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
  locks: z.string().default("").describe("Name of the hot row that a statement locks; empty: none."),
  cpu: distribution().prefault("0ms").describe("Processor time that the called service needs for one call."),
  work: distribution().prefault("0ms").describe("Processor time that each statement needs at the database."),
  waits: distribution()
    .prefault("0ms")
    .describe("Time that each statement takes without a processor, as SELECT SLEEP does."),
  request: distribution("bytes").prefault("1KiB").describe("Bytes of a call, and of each of its statements."),
  reply: distribution("bytes").prefault("2KiB").describe("Bytes of a good answer, and of each of its statements'."),
});

export type ClassOptions = z.output<typeof requestClass>;

/** What the components behind a load need to know of its classes. Two loads may share a class that is the same. */
export function requestClasses({ classes }: LoadOptions): RequestClass[] {
  return classes.map(({ name, username, queries, writes, locks }) => ({ name, username, queries, writes, locks }));
}
