import type { Distribution } from "../../sim/distribution.ts";
import type { Micros } from "../../sim/time.ts";
import { isSeries, type QueriesStep, type StepOptions } from "./step-options.ts";

/** A class of requests: what people ask for, as the components behind the load need to know it. */
export interface RequestClass {
  readonly name: string;
  /** The MySQL user that its statements run as; ProxySQL's `mysql_users` gives it a hostgroup. */
  readonly username: string;
  /** Statements that one call runs, one after the other; 0 for one with steps. */
  readonly queries: number;
  /** Whether a statement writes, and so takes part in a group commit. */
  readonly writes: boolean;
  /** Rows that its statements lock, as the name of a hot row, or "" for none. */
  readonly locks: string;
  /** Pages of its tables and indexes that a statement reads, from memory or from a disk. */
  readonly pageReads: number;
  /** The text of each statement, which rules of ProxySQL look at. */
  readonly sql: string;
  /** Whether its statements run between BEGIN and COMMIT. */
  readonly transaction: boolean;
  /** Where a line serves by priority, greater numbers go first. */
  readonly priority: number;
  /** What a service does for a call in place of its statements, if there are any. */
  readonly steps: readonly StepOptions[];
  /** What a call needs that no person of a load makes, but a service. */
  readonly demands: Demands;
}

/** Rules for what a call needs: times in microseconds, sizes in bytes. */
interface Demands {
  readonly cpu: Distribution;
  readonly work: Distribution;
  readonly waits: Distribution;
  readonly request: Distribution;
  readonly reply: Distribution;
}

/** How long the steps of a class take on average, those of the calls within included, where nobody has to wait. */
export function timeOfSteps({ steps, demands }: RequestClass, classes: readonly RequestClass[]): Micros {
  return steps.reduce((sum, step) => {
    if ("cpu" in step) return sum + step.cpu.mean;
    if ("call" in step) return sum + timeAlone(classes.find(({ name }) => name === step.call)!, classes);
    if (!("queries" in step)) return sum;
    const { queries, parallel, rows, work = demands.work, waits = demands.waits } = step;
    return sum + (parallel ? 1 : queries) * (rows * work.mean + waits.mean);
  }, 0);
}

function timeAlone(one: RequestClass, classes: readonly RequestClass[]): Micros {
  const { cpu, work, waits } = one.demands;
  return cpu.mean + one.queries * (work.mean + waits.mean) + timeOfSteps(one, classes);
}

/** The statements of those steps of a class that have any, as classes of their own. */
export function statementsOf(one: RequestClass): RequestClass[] {
  return one.steps.flatMap((step, at) => ("queries" in step ? [statementOf(one, step, at)] : []));
}

/** The name of the class of the statements of a step, counted from 0. */
export function nameOfStatements({ name }: RequestClass, step: number): string {
  return `${name}.steps.${step}`;
}

function statementOf(one: RequestClass, step: QueriesStep, at: number): RequestClass {
  const { username, writes, locks, transaction, pageReads, demands } = one;
  const isWrite = step.writes ?? writes;
  return {
    ...one,
    name: nameOfStatements(one, at),
    steps: [],
    queries: isSeries(step) ? 1 : step.queries,
    writes: isWrite,
    username: step.username ?? username,
    locks: step.locks ?? locks,
    transaction: step.transaction ?? transaction,
    pageReads: (step.pageReads ?? pageReads) * step.rows,
    sql: step.sql ?? (isWrite === writes ? one.sql : usualStatement(isWrite)),
    demands: { ...demands, work: step.work ?? demands.work, waits: step.waits ?? demands.waits },
  };
}

/** The statement of a class that gives none. */
export function usualStatement(writes: boolean): string {
  return writes ? "INSERT INTO t VALUES (1)" : "SELECT 1";
}
