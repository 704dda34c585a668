import type { Distribution } from "../../sim/distribution.ts";
import type { Stream, Streams } from "../../sim/random.ts";
import { nameOfStatements, type RequestClass } from "../load/request-class.ts";
import { type CommandsStep, isSeries, type QueriesStep, type StepOptions } from "../load/step-options.ts";

/** What a step does. */
export type Operation = number;
/** Needs processor time. */
export const COMPUTE: Operation = 0;
/** Lets time pass. */
export const WAIT: Operation = 1;
/** Runs statements one by one. */
export const QUERY: Operation = 2;
/** Runs statements all at once. */
export const QUERY_AT_ONCE: Operation = 3;
/** Asks another service, or this one once more. */
export const ASK: Operation = 4;
/** Has a Redis execute commands. */
export const COMMAND: Operation = 5;
/** Fails: the user of its statements has no database here. */
const REFUSE: Operation = 6;

/** Its class of requests runs its statements nowhere: the service takes their time itself. */
export const NO_POOL = -1;
/** Its user is not among those that the service has a database for. */
export const UNKNOWN_USER = -2;

/** One step of what a service does for a call, with everything looked up. Frozen: it is no part of a run's state. */
export interface Step {
  readonly operation: Operation;
  /** Statements whose time it takes (COMPUTE, WAIT), loans of a connection (QUERY), statements, or commands. */
  readonly count: number;
  /** Whether the call's own processor time is part of it. */
  readonly isOwn: boolean;
  /** Index of the class that what it sends is of; that of the call itself where nothing changes. */
  readonly kind: number;
  /** Index of the pool that its statements go to. */
  readonly pool: number;
  /** Index of the address that it asks. */
  readonly to: number;
  readonly rows: number;
  /** Round trips, one after the other, that count as one. */
  readonly rounds: number;
  readonly ignoresFailure: boolean;
  /** All commands in one round trip. */
  readonly isPipeline: boolean;
  /** What chance decides about it; undefined: as it is for the call. */
  readonly cpu: Draw | undefined;
  readonly work: Draw | undefined;
  readonly waits: Draw | undefined;
  readonly bytesIn: Draw | undefined;
  readonly bytesOut: Draw | undefined;
}

export type Program = readonly Step[];

/** A distribution with the stream that it draws from. */
class Draw {
  private readonly distribution: Distribution;
  private readonly stream: Stream;

  constructor(distribution: Distribution, stream: Stream) {
    this.distribution = distribution;
    this.stream = stream;
  }

  draw(): number {
    return Math.max(0, Math.round(this.distribution.draw(this.stream)));
  }
}

/** What a service has to know in order to work out what it does for each class of calls. */
export interface Surroundings {
  /** The path of the service: streams are named by it. */
  readonly path: string;
  readonly streams: Streams;
  readonly classes: readonly RequestClass[];
  /** By class: the pool of its statements. */
  readonly poolOf: ArrayLike<number>;
  /** Loans of a connection that a call of this class asks for. */
  loansOf(one: RequestClass): number;
  /** Index of an address that is asked, by its path. */
  addressOf(path: string): number;
}

/** What a service does for a call of a class: its own processor time first, then its steps or its statements. */
export function programOf(kind: number, around: Surroundings): Program {
  const one = around.classes[kind]!;
  const own: Step = { ...NOTHING, operation: COMPUTE, isOwn: true, kind };
  const rest =
    one.steps.length > 0
      ? one.steps.flatMap((step, at) => stepsOf(one, step, at, around))
      : statementsOf(kind, NOTHING, around);
  const [first, ...others] = rest;
  const isOneBurst = one.steps.length === 0 && first?.operation === COMPUTE;
  const steps = isOneBurst ? [{ ...first, isOwn: true }, ...others] : [own, ...rest];
  return Object.freeze(steps.map((step) => Object.freeze(step)));
}

/** Lets a distribution draw from the stream for a purpose of a step. */
type Drawn = (purpose: string, of: Distribution) => Draw;

function stepsOf(one: RequestClass, step: StepOptions, at: number, around: Surroundings): Step[] {
  const draw: Drawn = (purpose, of) => new Draw(of, around.streams.stream(around.path, `${one.name}/${at}/${purpose}`));
  const kind = around.classes.indexOf(one);
  if ("cpu" in step) return [{ ...NOTHING, operation: COMPUTE, kind, cpu: draw("cpu", step.cpu) }];
  if ("commands" in step) {
    const { commands: count, to, pipeline: isPipeline } = step;
    const all: Step = { ...NOTHING, operation: COMMAND, kind, count, to: around.addressOf(to), isPipeline };
    return seriesOf(all, step, isPipeline ? 1 : count, kind, draw);
  }
  if ("queries" in step) return queriesOf(one, step, at, draw, around);
  const wanted = around.classes.findIndex(({ name }) => name === ("call" in step ? step.call : step.send));
  const { cpu, work, waits, request, reply } = around.classes[wanted]!.demands;
  const ask: Step = {
    ...NOTHING,
    operation: ASK,
    kind: wanted,
    to: around.addressOf(step.to),
    ignoresFailure: "call" in step && step.ignoreFailure,
    cpu: draw("cpu", cpu),
    work: draw("work", work),
    waits: draw("waits", waits),
    bytesIn: draw("request", request),
    bytesOut: draw("reply", reply),
  };
  return [ask];
}

/** The steps of a class that are statements. */
function queriesOf(one: RequestClass, step: QueriesStep, at: number, draw: Drawn, around: Surroundings): Step[] {
  const kind = around.classes.findIndex(({ name }) => name === nameOfStatements(one, at));
  const work = step.work && draw("work", step.work);
  const waits = step.waits && draw("waits", step.waits);
  const all = statementsOf(kind, { ...NOTHING, rows: step.rows, work, waits }, around);
  const caller = around.classes.indexOf(one);
  if (isSeries(step)) return all.flatMap((each) => seriesOf(each, step, step.queries, caller, draw));
  return all.map((each) =>
    step.parallel && each.operation === QUERY ? { ...each, operation: QUERY_AT_ONCE, count: step.queries } : each,
  );
}

/** What is done `times` over, with processor time before each, so many of them together. */
function seriesOf(each: Step, step: QueriesStep | CommandsStep, times: number, kind: number, draw: Drawn): Step[] {
  if (!isSeries(step)) return [each];
  const turns = Math.ceil(times / step.together);
  const work = step.cpuEach && draw("cpuEach", step.cpuEach);
  const perRound = each.isPipeline ? each.count : 1;
  return Array.from({ length: turns }, (_, turn) => {
    const rounds = Math.round(((turn + 1) * times) / turns) - Math.round((turn * times) / turns);
    const asking = each.operation === COMMAND && !each.isPipeline ? { ...each, count: 1, rounds } : { ...each, rounds };
    return work === undefined
      ? [asking]
      : [{ ...NOTHING, operation: COMPUTE, kind, count: perRound * rounds, work }, asking];
  }).flat();
}

/** The statements of a class; where the service has no database it takes their time itself. */
function statementsOf(kind: number, like: Step, around: Surroundings): Step[] {
  const one = around.classes[kind]!;
  const pool = around.poolOf[kind]!;
  const { queries: count } = one;
  if (count === 0) return [];
  if (pool === UNKNOWN_USER) return [{ ...like, operation: REFUSE, kind }];
  if (pool !== NO_POOL) return [{ ...like, operation: QUERY, kind, count: around.loansOf(one), pool }];
  return [
    { ...like, operation: COMPUTE, kind, count },
    { ...like, operation: WAIT, kind, count },
  ];
}

const NOTHING: Step = {
  operation: COMPUTE,
  count: 0,
  isOwn: false,
  kind: -1,
  pool: NO_POOL,
  to: -1,
  rows: 1,
  rounds: 1,
  ignoresFailure: false,
  isPipeline: false,
  cpu: undefined,
  work: undefined,
  waits: undefined,
  bytesIn: undefined,
  bytesOut: undefined,
};
