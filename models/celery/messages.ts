import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId, Requests } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";

/** A row of the table of messages. */
export type MessageId = number;

/** Every task that was sent and is not over yet, one column per attribute: what it asks for, and who has it. */
export class Messages {
  /** Index of the request class that says what the task does. */
  kind = new Int32Array(0);
  cpu = new Float64Array(0);
  work = new Float64Array(0);
  waits = new Float64Array(0);
  bytesIn = new Float64Array(0);
  bytesOut = new Float64Array(0);
  zone = new Int32Array(0);
  /** The action that it exists under. */
  origin = new Int32Array(0);
  sentAt = new Float64Array(0);
  /** When a process began with its task. */
  beganAt = new Float64Array(0);
  /** The pending end of its visibility timeout; none once it is acknowledged. */
  timer = new Int32Array(0);
  /** The worker that has it and which life of it is meant. */
  holder = new Int32Array(0);
  life = new Int32Array(0);
  /** Which life of the broker's memory knows that it is with a worker. */
  memory = new Int32Array(0);
  private readonly free: MessageId[] = [];

  /** Takes down what a request asks for. */
  write(request: RequestId, requests: Requests, now: Micros): MessageId {
    if (this.free.length === 0) this.grow();
    const message = this.free.pop()!;
    for (const column of ASKED) this[column][message] = requests[column][request]!;
    this.sentAt[message] = now;
    this.timer[message] = NO_EVENT;
    this.holder[message] = NOBODY;
    return message;
  }

  /** A second copy of a message. */
  copy(message: MessageId): MessageId {
    if (this.free.length === 0) this.grow();
    const other = this.free.pop()!;
    for (const column of [...ASKED, "sentAt"] as const) this[column][other] = this[column][message]!;
    this.timer[other] = NO_EVENT;
    this.holder[other] = NOBODY;
    return other;
  }

  /** Makes a request ask for what a message says. */
  read(message: MessageId, request: RequestId, requests: Requests): void {
    for (const column of ASKED) requests[column][request] = this[column][message]!;
  }

  erase(message: MessageId): void {
    this.free.push(message);
  }

  private grow(): void {
    const from = this.kind.length;
    const to = Math.max(256, 2 * from);
    for (const column of INTS) {
      const longer = new Int32Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (const column of DOUBLES) {
      const longer = new Float64Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (let message = to - 1; message >= from; message--) this.free.push(message);
  }
}

const NOBODY = -1;
const ASKED = ["kind", "cpu", "work", "waits", "bytesIn", "bytesOut", "zone", "origin"] as const;
const INTS = ["kind", "zone", "origin", "timer", "holder", "life", "memory"] as const;
const DOUBLES = ["cpu", "work", "waits", "bytesIn", "bytesOut", "sentAt", "beganAt"] as const;
