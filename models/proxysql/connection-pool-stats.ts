import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Recorder } from "../../sim/record/recorder.ts";

/** A row of `stats_mysql_connection_pool`: what a server's connections are and were doing. */
export class ConnectionPoolStats {
  readonly connOk: Counter;
  readonly connErr: Counter;
  private readonly connUsed: Gauge;
  private readonly connFree: Gauge;
  private readonly maxConnUsed: Gauge;
  private most = 0;

  constructor(record: Recorder, owner: Component) {
    this.connUsed = record.gauge(owner, "ConnUsed", "connections");
    this.connFree = record.gauge(owner, "ConnFree", "connections");
    this.maxConnUsed = record.gauge(owner, "MaxConnUsed", "connections");
    this.connOk = record.counter(owner, "ConnOK", "connections");
    this.connErr = record.counter(owner, "ConnERR", "connections");
  }

  /** There are so many connections now. */
  count(used: number, free: number): void {
    this.connUsed.set(used);
    this.connFree.set(free);
    if (used > this.most) {
      this.most = used;
      this.maxConnUsed.set(used);
    }
  }
}
