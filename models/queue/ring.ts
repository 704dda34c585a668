import type { Micros } from "../../sim/time.ts";
import { WaitingRoom } from "./waiting-room.ts";

const FIRST_ROOM = 8;

/** A room that keeps people in the order in which they joined, and knows how long each has waited. */
export abstract class Ring extends WaitingRoom {
  private who = new Int32Array(FIRST_ROOM);
  private since = new Float64Array(FIRST_ROOM);
  private head = 0;

  join(who: number, now: Micros, _priority: number): void {
    if (this.length === this.who.length) this.grow();
    const at = this.placeOf(this.length++);
    this.who[at] = who;
    this.since[at] = now;
  }

  remove(who: number): boolean {
    let place = 0;
    while (place < this.length && this.who[this.placeOf(place)] !== who) place++;
    if (place === this.length) return false;
    for (let next = place + 1; next < this.length; next++) this.move(next, next - 1);
    this.length--;
    return true;
  }

  vacate(): number[] {
    const all: number[] = [];
    while (this.length > 0) all.push(this.takeOldest());
    return all;
  }

  /** How long the one who has waited longest has waited. */
  protected longestWait(now: Micros): Micros {
    return now - this.since[this.head]!;
  }

  protected takeOldest(): number {
    const who = this.who[this.head]!;
    this.head = (this.head + 1) & (this.who.length - 1);
    this.length--;
    return who;
  }

  protected takeNewest(): number {
    this.length--;
    return this.who[this.placeOf(this.length)]!;
  }

  private placeOf(place: number): number {
    return (this.head + place) & (this.who.length - 1);
  }

  private move(from: number, to: number): void {
    this.who[this.placeOf(to)] = this.who[this.placeOf(from)]!;
    this.since[this.placeOf(to)] = this.since[this.placeOf(from)]!;
  }

  private grow(): void {
    const who = new Int32Array(this.who.length * 2);
    const since = new Float64Array(this.who.length * 2);
    for (let place = 0; place < this.length; place++) {
      who[place] = this.who[this.placeOf(place)]!;
      since[place] = this.since[this.placeOf(place)]!;
    }
    this.who = who;
    this.since = since;
    this.head = 0;
  }
}
