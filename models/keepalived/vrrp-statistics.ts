import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Recorder } from "../../sim/record/recorder.ts";
import { PRIORITY_STOP } from "./vrrp-timers.ts";

/** What keepalived counts of an instance (vrrp_print.c, keepalived.stats), and how many adverts it discarded. */
export class VrrpStatistics {
  readonly discarded: Counter;
  readonly becomeMaster: Counter;
  readonly releaseMaster: Counter;
  private readonly advertSent: Counter;
  private readonly advertReceived: Counter;
  private readonly zeroSent: Counter;
  private readonly zeroReceived: Counter;

  constructor(record: Recorder, host: Component) {
    this.advertSent = record.counter(host, "advert_sent", "adverts");
    this.advertReceived = record.counter(host, "advert_rcvd", "adverts");
    this.discarded = record.counter(host, "advert_discarded", "adverts");
    this.zeroSent = record.counter(host, "pri_zero_sent", "adverts");
    this.zeroReceived = record.counter(host, "pri_zero_rcvd", "adverts");
    this.becomeMaster = record.counter(host, "become_master", "times");
    this.releaseMaster = record.counter(host, "release_master", "times");
  }

  sent(priority: number): void {
    this.advertSent.add();
    if (priority === PRIORITY_STOP) this.zeroSent.add();
  }

  received(priority: number): void {
    this.advertReceived.add();
    if (priority === PRIORITY_STOP) this.zeroReceived.add();
  }
}
