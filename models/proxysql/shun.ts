import type { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { ER_USER_LIMIT_REACHED } from "../error.ts";
import type { Variables } from "./variables.ts";

/**
 * Whether a server is shunned, since so many connects to it failed within one clock second, and when it comes back.
 *
 * It comes back only when a request looks for a server: normally after W whole seconds without a further error, and
 * after a tenth of that when the hostgroup has no other server left. All times are whole seconds, as time(NULL) gives
 * them (lib/MySrvC.cpp connect_error, lib/MyHGC.cpp get_random_MySrvC).
 */
export class Shun {
  private readonly server: Component;
  private readonly shunned: Condition;
  private readonly threshold: number;
  private readonly normalWait: number;
  private readonly desperateWait: number;
  private readonly neverNormally: boolean;
  /** How far in the future a monitor's shun stamps its last error. */
  private readonly monitorLead: number;
  private killsAll = false;
  private lastError = 0;
  private errors = 0;
  /** What made the latest connect fail. */
  private lastFailure: JournalId = NONE;

  constructor(sim: Simulation, server: Component, variables: Variables) {
    this.server = server;
    this.shunned = new Condition(sim, server, "server-shunned");
    this.threshold = Math.min(variables["mysql-shun_on_failures"], variables["mysql-connect_retries_on_failure"] + 1);
    const recovery = Math.floor(variables["mysql-shun_recovery_time_sec"] / SECOND);
    const most = Math.floor(variables["mysql-connect_timeout_server_max"] / 1000);
    const isCut = recovery * 1000 >= most;
    this.normalWait = Math.max(1, isCut ? Math.floor(most / 1000) - 1 : recovery);
    this.desperateWait = Math.max(1, isCut ? Math.floor(most / 10_000) - 1 : Math.floor(recovery / 10));
    this.neverNormally = recovery === 0;
    this.monitorLead = Math.max(0, Math.floor(variables["mysql-monitor_ping_interval"] / SECOND) - recovery);
  }

  get holds(): boolean {
    return this.shunned.holds;
  }

  /** The journal entry of the shun that holds, or else of the latest failure. */
  get because(): JournalId {
    return this.shunned.holds ? this.shunned.id : this.lastFailure;
  }

  /** A connect has failed. */
  connectError(outcome: Outcome, because: JournalId, now: Micros): void {
    this.lastFailure = because;
    if (outcome === ER_USER_LIMIT_REACHED) return;
    const second = Math.floor(now / SECOND);
    if (second !== this.lastError) this.errors = 0;
    this.lastError = second;
    this.errors++;
    if (this.errors >= this.threshold) this.shunned.begin([because, this.server.origin], { errors: this.errors });
  }

  /** The monitor gives the server up: it is shunned, and its connections are of no use any more. */
  killAll(because: JournalId, missed: number, now: Micros): void {
    this.killsAll = true;
    this.lastError = Math.floor(now / SECOND) + this.monitorLead;
    this.shunned.begin([because, this.server.origin], { errors: missed });
  }

  /** Lifts the shun if its time is over. After the monitor's shun, all connections must have gone as well. */
  liftNormally(now: Micros, isEmpty: boolean): void {
    if (this.neverNormally || (this.killsAll && !isEmpty)) return;
    if (Math.floor(now / SECOND) - this.lastError > this.normalWait) this.reset();
  }

  /** Lifts the shun, if its shorter time is over, since there is no other server. */
  liftInDespair(now: Micros): void {
    if (now >= this.liftedInDespairAt) this.reset();
  }

  /** From when on a request without any other server lifts the shun. */
  get liftedInDespairAt(): Micros {
    return (this.lastError + this.desperateWait + 1) * SECOND;
  }

  /** Whether connections in use are to be replaced at their next use. */
  get killsUsed(): boolean {
    return this.shunned.holds && this.killsAll;
  }

  /** Nothing is held against the server any more. */
  reset(): void {
    this.shunned.end();
    this.killsAll = false;
    this.errors = 0;
    this.lastError = 0;
  }
}
