import type { Component } from "../../sim/component.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Address } from "../host.ts";
import { Deployment, type PodObserver } from "../kubernetes/deployment.ts";
import { RUNNING } from "../kubernetes/pod.ts";
import { ELSEWHERE, type NodeId } from "../world.ts";

/** A component that may say whether its process runs, and be told to end and to start again. */
export interface CheckedComponent extends Component, Address {
  readonly isRunning?: boolean;
  /** What ended it last. */
  readonly stoppedBy?: JournalId;
  readonly node?: NodeId;
  stop?(because: JournalId): void;
  start?(because: JournalId): void;
}

/** A server whose sessions can be cut one by one. */
export interface Cuttable extends Component {
  cut?(connection: ConnectionId, because: JournalId): void;
}

/** The process beside keepalived on its host that clients of the address talk to, as a check script sees it. */
export class CheckedProcess {
  readonly address: Address;
  private readonly component: Deployment | CheckedComponent;

  constructor(component: Deployment | CheckedComponent) {
    this.component = component;
    this.address = component;
  }

  /** Whether there is such a process. What does not say so is always there. */
  get isRunning(): boolean {
    const { component } = this;
    return component instanceof Deployment ? component.first.state === RUNNING : (component.isRunning ?? true);
  }

  /** Why it does not run, the main cause first. */
  get causes(): readonly JournalId[] {
    const { component } = this;
    if (!(component instanceof Deployment)) return [component.stoppedBy ?? component.origin];
    const causes = component.unreadyCauses();
    return causes.length > 0 ? causes : [this.server.origin];
  }

  /** The component that sessions end at. */
  get server(): Cuttable {
    return this.component instanceof Deployment ? this.component.first.container : this.component;
  }

  /** The node that it runs on, and keepalived with it. */
  get node(): NodeId {
    return (this.server as CheckedComponent).node ?? ELSEWHERE;
  }

  /** The host goes down, and the process with it. */
  halt(because: JournalId): void {
    const { component } = this;
    if (component instanceof Deployment) component.halt(because);
    else component.stop?.(because);
  }

  /** The host is up again, and starts the process. */
  wake(because: JournalId): void {
    const { component } = this;
    if (component instanceof Deployment) component.wake(because);
    else component.start?.(because);
  }

  /** Tells whenever the process may have started or ended, where it can be watched. */
  watch(observer: PodObserver): void {
    if (this.component instanceof Deployment) this.component.observe(observer);
  }
}
