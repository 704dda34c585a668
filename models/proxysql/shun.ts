import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { ER_USER_LIMIT_REACHED } from "../error.ts";
import type { Variables } from "./variables.ts";

const CALMED_DOWN = 1;

/** A server that is shunned again within this time has only flapped: the journal keeps one entry for all of it. */
const CALM: Micros = 5 * SECOND;

/**
 * Whether a server is shunned, since so many connects to it failed within one clock second, and when it comes back.
 *
 * It comes back only when a request looks for a server: normally after W whole seconds without a further error, and
 * after a tenth of that when the hostgroup has no other server left. All times are whole seconds, as time(NULL) gives
 * them (lib/MySrvC.cpp connect_error, lib/MyHGC.cpp get_random_MySrvC).
 */
export class Shun extends Component {
  /** Whether the server is shunned now. */
  holds = false;
  private readonly shunned: Condition;
  private readonly threshold: number;
  private readonly normalWait: number;
  private readonly desperateWait: number;
  private readonly neverNormally: boolean;
  /** How far in the future a monitor's shun stamps its last error. */
  private readonly monitorLead: number;
  private readonly calmLane: number;
  private calming: EventHandle = NO_EVENT;
  private killsAll = false;
  private lastError = 0;
  private errors = 0;
  /** What made the latest connect fail. */
  private lastFailure: JournalId = NONE;

  constructor(sim: Simulation, server: Component, variables: Variables) {
    super(sim, `${server.path}/shun`);
    this.shunned = new Condition(sim, server, "server-shunned");
    this.threshold = Math.min(variables["mysql-shun_on_failures"], variables["mysql-connect_retries_on_failure"] + 1);
    const recovery = Math.floor(variables["mysql-shun_recovery_time_sec"] / SECOND);
    const most = Math.floor(variables["mysql-connect_timeout_server_max"] / 1000);
    const isCut = recovery * 1000 >= most;
    this.normalWait = Math.max(1, isCut ? Math.floor(most / 1000) - 1 : recovery);
    this.desperateWait = Math.max(1, isCut ? Math.floor(most / 10_000) - 1 : Math.floor(recovery / 10));
    this.calmLane = sim.lane(CALM);
    this.neverNormally = recovery === 0;
    this.monitorLead = Math.max(0, Math.floor(variables["mysql-monitor_ping_interval"] / SECOND) - recovery);
  }

  /** The journal entry of the shun, while that lasts, or else of the latest failure. */
  get because(): JournalId {
    return this.shunned.holds ? this.shunned.id : this.lastFailure;
  }

  /** A connect has failed. */
  connectError(outcome: Outcome, because: JournalId): void {
    this.lastFailure = because;
    if (outcome === ER_USER_LIMIT_REACHED) return;
    const second = Math.floor(this.now / SECOND);
    if (second !== this.lastError) this.errors = 0;
    this.lastError = second;
    this.errors++;
    if (this.errors >= this.threshold) this.begin(because, this.errors);
  }

  /** The monitor gives the server up: it is shunned, and its connections are of no use any more. */
  killAll(because: JournalId, missed: number): void {
    this.killsAll = true;
    this.lastFailure = because;
    this.lastError = Math.floor(this.now / SECOND) + this.monitorLead;
    this.begin(because, missed);
  }

  /** Lifts the shun if its time is over. After the monitor's shun, all connections must have gone as well. */
  liftNormally(isEmpty: boolean): void {
    if (this.neverNormally || (this.killsAll && !isEmpty)) return;
    if (Math.floor(this.now / SECOND) - this.lastError > this.normalWait) this.lift();
  }

  /** Lifts the shun, if its shorter time is over, since there is no other server. */
  liftInDespair(): void {
    if (this.now >= this.liftedInDespairAt) this.lift();
  }

  /** From when on a request without any other server lifts the shun. */
  get liftedInDespairAt(): Micros {
    return (this.lastError + this.desperateWait + 1) * SECOND;
  }

  /** Whether connections in use are to be replaced at their next use. */
  get killsUsed(): boolean {
    return this.holds && this.killsAll;
  }

  /** The process has ended and forgets what it held against the server. */
  reset(): void {
    this.lift();
    this.cancel(this.calming);
    this.shunned.end();
    this.lastFailure = NONE;
  }

  override on(_calmedDown: number): void {
    this.shunned.end();
  }

  private begin(because: JournalId, failures: number): void {
    if (this.holds) return;
    this.holds = true;
    this.cancel(this.calming);
    this.shunned.begin([because, this.origin], { failures });
  }

  private lift(): void {
    if (this.holds) this.calming = this.afterLane(this.calmLane, CALMED_DOWN);
    this.holds = false;
    this.killsAll = false;
    this.errors = 0;
    this.lastError = 0;
  }
}
