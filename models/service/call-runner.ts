import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId, Verb } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { Host } from "../host.ts";
import { PacedTimers } from "../machine/paced-timers.ts";
import { CALL, COMMAND as COMMAND_VERB } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { type CallId, Calls, NOBODY } from "./calls.ts";
import { ASK, COMMAND, COMPUTE, QUERY, QUERY_AT_ONCE, type Step, WAIT } from "./program.ts";
import type { ServiceGroup } from "./service-group.ts";
import type { Worker } from "./worker.ts";

const WAITED = 0;
const ASK_AGAIN = 1;
const COMMAND_AGAIN = 2;
/** Event kinds from here on belong to what the runner is part of. */
export const OWN_EVENTS = 3;

/** A command with its key and value, and the answer to it. */
const COMMAND_BYTES = 100;

/**
 * Does for each call what its class says, step by step, and waits for what it has asked others for.
 *
 * Statements that run one by one are the call's own request, passed on; whatever else it asks for is a request of the
 * call's own, which is opened and closed here. A call holds what it has (its worker, its connection) until it is over.
 */
export abstract class CallRunner extends Host {
  protected readonly group: ServiceGroup;
  protected readonly calls = new Calls();
  protected abstract readonly workers: readonly Worker[];
  /** The ends of what calls wait for inside the process. */
  protected readonly pauses: PacedTimers;

  constructor(world: World, path: string, group: ServiceGroup) {
    super(world, path, ELSEWHERE);
    this.group = group;
    this.pauses = new PacedTimers(world.sim, this, WAITED);
  }

  /** A call needs the processor time that its row says. */
  protected abstract compute(call: CallId): void;
  /** A call is over. */
  protected abstract finish(call: CallId, outcome: Outcome): void;

  override on(kind: number, call: CallId): void {
    if (kind === WAITED) this.endPause(call);
    else if (kind === ASK_AGAIN) this.ask(call);
    else if (kind === COMMAND_AGAIN) this.command(call);
    else super.on(kind, call);
  }

  override resume(request: RequestId, outcome: Outcome, call: CallId): void {
    if (this.calls.request[call] === request) this.resumeOwn(request, outcome, call);
    else this.resumeChild(request, outcome, call);
  }

  /** Whoever asked has hung up: what the call is waiting for now is what they waited for. */
  override abandoned(request: RequestId): void {
    if (this.group.isNesting) this.sim.requests.because[request] = this.holdUpOf(request);
  }

  private endPause(call: CallId): void {
    this.pauses.end(call);
    this.advance(call);
  }

  /** Goes on with the next step of a call. */
  protected advance(call: CallId): void {
    const { step, request } = this.calls;
    if (this.isForNobody(request[call]!)) return this.finish(call, BROKEN);
    const program = this.group.programOf(this.calls.kind[call]!);
    while (step[call]! < program.length) if (this.takesTime(call, program[step[call]!++]!)) return;
    this.finish(call, OK);
  }

  /** Nothing more is to be done for a request: whoever asked has hung up, and the process heeds that. */
  protected isForNobody(request: RequestId): boolean {
    return this.group.cancels && this.sim.requests.abandoned[request] === 1;
  }

  /** A call has gone wrong: saying so may take processor time. */
  protected fail(call: CallId, outcome: Outcome): void {
    const { cpu } = this.group.options.failure;
    if (cpu === 0) return this.finish(call, outcome);
    this.calls.outcome[call] = outcome;
    this.calls.cpu[call] = cpu;
    this.compute(call);
  }

  /** A call is not worked on any more; returns its request, which nobody has answered yet. */
  protected drop(call: CallId): RequestId {
    const { calls } = this;
    const request = calls.request[call]!;
    this.cancel(calls.timer[call]!);
    this.pauses.cancel(call);
    if (calls.pending[call]! > 0) this.giveUp(call);
    this.undress(call);
    this.letGo(call, request);
    calls.giveBack(call);
    return request;
  }

  /** Gives back what the request of a call, or one of its own, holds of the pools. */
  protected letGo(call: CallId, request: RequestId): void {
    if (!this.group.isHolding) return;
    for (const pool of this.workers[this.calls.worker[call]!]!.pools) pool.letGo(request);
  }

  /** Begins a step; false if it is over at once. */
  private takesTime(call: CallId, step: Step): boolean {
    switch (step.operation) {
      case COMPUTE:
        return this.computes(call, step);
      case WAIT:
        return this.waits(call, step);
      case QUERY:
        this.query(call, step);
        return true;
      case QUERY_AT_ONCE:
        this.queryAtOnce(call, step);
        return true;
      case ASK:
        this.callOut(call, step);
        return true;
      case COMMAND:
        this.beginCommands(call, step);
        return true;
      default:
        this.fail(call, REFUSED);
        return true;
    }
  }

  private computes(call: CallId, step: Step): boolean {
    const { cpu, work } = this.sim.requests;
    const request = this.calls.request[call]!;
    let time = step.isOwn ? cpu[request]! : 0;
    if (step.cpu !== undefined) time += step.cpu.draw();
    const times = step.count * step.rows * step.rounds;
    if (times > 0) time += times * (step.work?.draw() ?? work[request]!);
    if (time <= 0) return false;
    this.calls.cpu[call] = time;
    this.compute(call);
    return true;
  }

  private waits(call: CallId, step: Step): boolean {
    const each = step.waits?.draw() ?? this.sim.requests.waits[this.calls.request[call]!]!;
    const time: Micros = step.count * step.rounds * each;
    if (time > 0) this.pauses.start(call, time);
    return time > 0;
  }

  private query(call: CallId, step: Step): void {
    if (step.kind !== this.calls.kind[call]) this.dress(call, step);
    this.calls.left[call] = step.count;
    this.ask(call);
  }

  private ask(call: CallId): void {
    const { calls } = this;
    const pool = this.workers[calls.worker[call]!]!.pools[this.stepOf(call).pool]!;
    calls.goAway(call, this.now);
    this.call(pool, calls.request[call]!, call);
  }

  private resumeOwn(request: RequestId, outcome: Outcome, call: CallId): void {
    const { calls } = this;
    const because = this.sim.requests.because[request]!;
    if (calls.life[call] !== this.workers[calls.worker[call]!]!.life) return this.cutOff(call, because);
    calls.comeBack(call);
    calls.left[call]!--;
    if (this.group.isNesting || this.group.cancels) this.sim.requests.destination[request] = this.id;
    this.group.latestTrouble = because;
    if (outcome === OK && calls.left[call]! > 0 && !this.isForNobody(request)) return this.askAgain(call);
    this.undress(call);
    if (outcome === OK) this.advance(call);
    else this.fail(call, outcome);
  }

  /** A call comes back from a pool to a process that has ended. */
  private cutOff(call: CallId, because: JournalId): void {
    const { endedBecause } = this.workers[this.calls.worker[call]!]!;
    this.refuse(this.drop(call), BROKEN, because === NONE ? endedBecause : because);
  }

  /** Statements that take no time would nest without bound. */
  private askAgain(call: CallId): void {
    if (this.calls.askedAt[call]! < this.now) this.ask(call);
    else this.calls.timer[call] = this.after(0, ASK_AGAIN, call);
  }

  /** The request becomes one of the statements of a step. */
  private dress(call: CallId, { kind: statement, work: workOf, waits: waitsOf, rows, rounds: together }: Step): void {
    const { calls } = this;
    const { kind, work, waits, rounds } = this.sim.requests;
    const request = calls.request[call]!;
    calls.work[call] = work[request]!;
    calls.waits[call] = waits[request]!;
    kind[request] = statement;
    rounds[request] = together;
    work[request] = rows * (workOf?.draw() ?? work[request]!);
    if (waitsOf !== undefined) waits[request] = waitsOf.draw();
  }

  /** The request becomes the call again, if it is a statement now. */
  private undress(call: CallId): void {
    const { calls } = this;
    const { kind, work, waits, rounds } = this.sim.requests;
    const request = calls.request[call]!;
    if (kind[request] === calls.kind[call]) return;
    rounds[request] = 1;
    kind[request] = calls.kind[call]!;
    work[request] = calls.work[call]!;
    waits[request] = calls.waits[call]!;
  }

  /** While statements are sent out the row is kept, or one that comes back at once might end the call. */
  private queryAtOnce(call: CallId, step: Step): void {
    const { calls } = this;
    const request = calls.request[call]!;
    const pool = this.workers[calls.worker[call]!]!.pools[step.pool]!;
    calls.left[call] = step.count;
    calls.pending[call]!++;
    for (let sent = 0; sent < step.count; sent++) {
      if (calls.request[call] !== request || calls.outcome[call] !== OK) break;
      this.call(pool, this.openStatement(call, step), call);
    }
    calls.expects(call);
  }

  private openStatement(call: CallId, step: Step): RequestId {
    const { requests } = this.sim;
    const of = this.calls.request[call]!;
    const statement = this.open(call, CALL, step.kind);
    requests.work[statement] = step.rows * (step.work?.draw() ?? requests.work[of]!);
    requests.waits[statement] = step.waits?.draw() ?? requests.waits[of]!;
    requests.bytesIn[statement] = requests.bytesIn[of]!;
    requests.bytesOut[statement] = requests.bytesOut[of]!;
    this.sim.traces.beginOnBehalf(statement, of);
    return statement;
  }

  private callOut(call: CallId, step: Step): void {
    const { requests } = this.sim;
    const child = this.open(call, CALL, step.kind);
    requests.cpu[child] = step.cpu!.draw();
    requests.work[child] = step.work!.draw();
    requests.waits[child] = step.waits!.draw();
    requests.bytesIn[child] = step.bytesIn!.draw();
    requests.bytesOut[child] = step.bytesOut!.draw();
    this.calls.left[call] = 1;
    this.sim.traces.beginOnBehalf(child, this.calls.request[call]!);
    this.send(this.group.addresses[step.to]!, child, call);
  }

  private beginCommands(call: CallId, step: Step): void {
    const { requests } = this.sim;
    const child = this.open(call, COMMAND_VERB, step.kind);
    const batch = step.isPipeline ? step.count : 1;
    requests.batch[child] = batch;
    requests.rounds[child] = step.rounds;
    requests.bytesIn[child] = batch * COMMAND_BYTES;
    requests.bytesOut[child] = batch * COMMAND_BYTES;
    this.calls.left[call] = step.count / batch;
    this.sim.traces.beginOnBehalf(child, this.calls.request[call]!);
    this.command(call);
  }

  private command(call: CallId): void {
    const { calls } = this;
    calls.askedAt[call] = this.now;
    this.send(this.group.addresses[this.stepOf(call).to]!, calls.child[call]!, call);
  }

  /** Opens a request of a call's own. */
  private open(call: CallId, verb: Verb, kind: number): RequestId {
    const { requests } = this.sim;
    const child = requests.open(this.now, verb);
    requests.kind[child] = kind;
    requests.zone[child] = this.node < 0 ? -1 : this.world.nodes[this.node]!.zone;
    requests.origin[child] = Math.max(this.origin, requests.origin[this.calls.request[call]!]!);
    this.calls.child[call] = child;
    this.calls.pending[call]!++;
    return child;
  }

  private resumeChild(child: RequestId, outcome: Outcome, call: CallId): void {
    const { calls } = this;
    const { requests } = this.sim;
    const isUp = calls.request[call] !== NOBODY;
    if (isUp && outcome === OK && this.hasMoreCommands(call)) return this.commandAgain(call);
    const because = requests.because[child]!;
    this.letGo(call, child);
    if (requests.abandoned[child] === 0) this.sim.traces.endOnBehalf(child, outcome);
    requests.close(child);
    if (!calls.expects(call) || calls.outcome[call] !== OK) return;
    this.conclude(call, outcome, because);
  }

  private conclude(call: CallId, outcome: Outcome, because: JournalId): void {
    const { calls, group } = this;
    const isFailure = outcome !== OK && !this.stepOf(call).ignoresFailure;
    group.latestTrouble = because;
    calls.left[call]!--;
    if (isFailure) {
      this.sim.requests.because[calls.request[call]!] = because;
      this.fail(call, outcome);
    } else if (calls.left[call] === 0) this.advance(call);
  }

  private hasMoreCommands(call: CallId): boolean {
    return this.stepOf(call).operation === COMMAND && this.calls.left[call]! > 1;
  }

  private commandAgain(call: CallId): void {
    const { calls } = this;
    calls.left[call]!--;
    if (calls.askedAt[call]! < this.now) this.command(call);
    else calls.timer[call] = this.after(0, COMMAND_AGAIN, call);
  }

  /** Nobody waits any more for what a call has asked for. Statements come back by themselves, as their pool ends too. */
  private giveUp(call: CallId): void {
    const { requests, traces } = this.sim;
    const { operation } = this.stepOf(call);
    const child = this.calls.child[call]!;
    if (operation !== ASK && operation !== COMMAND) return;
    traces.endOnBehalf(child, BROKEN);
    if (requests.isUnderway(child)) return this.sim.abandon(child);
    requests.close(child);
    this.calls.pending[call]!--;
  }

  /** What holds up a request that this process works on: the innermost of those that wait for each other knows best. */
  private holdUpOf(request: RequestId): JournalId {
    const { because, destination } = this.sim.requests;
    const call = this.calls.of(request);
    if (call < 0 || this.calls.pending[call] === 0) return because[request]!;
    const child = this.calls.child[call]!;
    const at = this.sim.components[destination[child]!];
    const inner = at instanceof CallRunner ? at.holdUpOf(child) : because[child]!;
    return inner === NONE ? because[request]! : inner;
  }

  private stepOf(call: CallId): Step {
    return this.group.programOf(this.calls.kind[call]!)[this.calls.step[call]! - 1]!;
  }
}
