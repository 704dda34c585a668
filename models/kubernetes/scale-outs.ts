import type { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { ABSENT, PENDING, type Pod, TERMINATING } from "./pod.ts";

/** One time that a deployment was given more replicas. */
export interface ScaleOut {
  readonly action: JournalId;
  /** Pods created for it. */
  pods: number;
  /** How many of them were ever ready. */
  everReady: number;
}

const NO_SCALE_OUT = -1;

/** What became of the pods that scale actions started: how many were ever ready, and whether they fail to become so. */
export class ScaleOuts {
  readonly list: ScaleOut[] = [];
  /** Holds from when the first new pod's probe counts as failed until each new pod has been ready or is gone. */
  readonly notReady: Condition;
  private readonly created: Counter;
  private readonly everReady: Counter;
  /** By slot: the scale-out that its pod was created for, as an index into the list. */
  private readonly of: Int32Array;

  constructor(sim: Simulation, deployment: Component, slots: number) {
    this.notReady = new Condition(sim, deployment, "new-pods-not-ready");
    this.created = sim.record.counter(deployment, "new_pods", "pods");
    this.everReady = sim.record.counter(deployment, "new_pods_ever_ready", "pods");
    this.of = new Int32Array(slots).fill(NO_SCALE_OUT);
  }

  begin(action: JournalId): void {
    this.list.push({ action, pods: 0, everReady: 0 });
  }

  /** A pod was created, for the latest scale-out or for another reason. */
  create(pod: Pod, isNew: boolean): void {
    this.of[pod.slot] = isNew ? this.list.length - 1 : NO_SCALE_OUT;
    if (!isNew) return;
    this.list[this.list.length - 1]!.pods++;
    this.created.add();
  }

  firstReady(pod: Pod): void {
    const scaleOut = this.list[this.of[pod.slot]!];
    if (scaleOut === undefined) return;
    scaleOut.everReady++;
    this.everReady.add();
  }

  /** A pod was never ready and its probe counts as failed. */
  stick(pod: Pod, causes: readonly JournalId[]): void {
    const scaleOut = this.list[this.of[pod.slot]!];
    if (scaleOut === undefined) return;
    const { action, pods, everReady } = scaleOut;
    this.notReady.begin([action, ...causes], { newPods: pods, neverReady: pods - everReady });
  }

  /** The state of a pod is another now. */
  review(pods: readonly Pod[]): void {
    if (this.notReady.current !== NONE && !pods.some((pod) => this.isAwaited(pod))) this.notReady.end();
  }

  private isAwaited({ slot, state, everReady }: Pod): boolean {
    const lives = state !== ABSENT && state !== PENDING && state !== TERMINATING;
    return this.of[slot] !== NO_SCALE_OUT && lives && !everReady;
  }
}
