import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { PersonId } from "../load/people.ts";

/** The number of a VU, from 0. */
export type VuId = number;

const NOBODY: PersonId = -1;

/** Which VUs are in an iteration, and how far, one column per attribute. */
export class VirtualUsers {
  /** Those in an iteration. */
  busy = 0;
  private person = new Int32Array(0);
  /** The end of the sleep, or of what else ends the iteration. */
  private timer = new Int32Array(0);

  begin(vu: VuId, person: PersonId): void {
    while (vu >= this.person.length) this.grow();
    this.busy++;
    this.person[vu] = person;
    this.timer[vu] = NO_EVENT;
  }

  /** The request of its iteration is through, and it sleeps until an event. */
  sleep(vu: VuId, until: EventHandle): void {
    this.timer[vu] = until;
  }

  /** Its iteration is over; returns who it was in it. */
  end(vu: VuId): PersonId {
    const person = this.person[vu]!;
    this.busy--;
    this.person[vu] = NOBODY;
    return person;
  }

  /** Who it is in its iteration. */
  personOf(vu: VuId): PersonId {
    return this.person[vu]!;
  }

  isBusy(vu: VuId): boolean {
    return vu < this.person.length && this.person[vu] !== NOBODY;
  }

  /** The end of its sleep, or NO_EVENT while it waits for an answer. */
  timerOf(vu: VuId): EventHandle {
    return this.timer[vu]!;
  }

  /** Those in an iteration, in order. */
  all(): VuId[] {
    const busy: VuId[] = [];
    for (let vu = 0; vu < this.person.length; vu++) if (this.person[vu] !== NOBODY) busy.push(vu);
    return busy;
  }

  private grow(): void {
    const length = Math.max(64, 2 * this.person.length);
    const person = new Int32Array(length).fill(NOBODY);
    const timer = new Int32Array(length).fill(NO_EVENT);
    person.set(this.person);
    timer.set(this.timer);
    this.person = person;
    this.timer = timer;
  }
}
