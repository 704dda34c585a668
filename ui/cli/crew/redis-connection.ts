import { Redis, type RedisOptions } from "ioredis";
import { WrongInput } from "../exit-code.ts";
import type { QueueAddress } from "./queue-address.ts";

const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 1000;

/**
 * A connection to a Redis that waits for it whenever it is lost, for as long as that takes, and says so. Commands that are
 * under way are sent again.
 */
export class RedisConnection extends Redis {
  private readonly shown: string;
  private readonly note: (line: string) => void;
  private readonly copies: Redis[] = [];
  private trouble: string | undefined;
  private isClosed = false;
  /** Whether it waits for a Redis that has gone. */
  isLost = false;

  /**
   * Throws a WrongInput if nobody answers there now, or if it does not let us in.
   * @param note is told, in one line, when Redis goes and when it is back.
   */
  static async open(address: QueueAddress, note: (line: string) => void): Promise<RedisConnection> {
    const connection = new RedisConnection(address, note);
    try {
      await connection.connect();
      await connection.ping();
    } catch (error) {
      connection.close();
      const reason = connection.trouble ?? (error as Error).message;
      throw new WrongInput(`queue ${address.shown}: ${reason}; expected a Redis that answers there`);
    }
    connection.on("close", connection.lose).on("ready", connection.regain);
    return connection;
  }

  private constructor({ url, shown }: QueueAddress, note: (line: string) => void) {
    super(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE_MS),
    });
    this.shown = shown;
    this.note = note;
    this.on("error", this.hear);
  }

  /** A connection of its own for those who wait in a command; it ends with this one. */
  override duplicate(override?: Partial<RedisOptions>): Redis {
    const copy = super.duplicate({ ...override, lazyConnect: false });
    copy.on("error", () => undefined);
    this.copies.push(copy);
    return copy;
  }

  /** Ends it at once; what still waits for an answer fails. */
  close(): void {
    this.isClosed = true;
    for (const connection of [this, ...this.copies]) connection.disconnect();
  }

  private readonly hear = (error: Error) => {
    const isNew = error.message !== this.trouble;
    this.trouble = error.message;
    if (this.isLost && isNew && error.name === "ReplyError") this.note(`queue ${this.shown}: ${error.message}`);
  };

  private readonly lose = () => {
    if (this.isLost || this.isClosed) return;
    this.isLost = true;
    this.note(`queue ${this.shown}: the connection is lost; waiting for it to come back`);
  };

  private readonly regain = () => {
    if (this.isLost) this.note(`queue ${this.shown}: the connection is back`);
    this.isLost = false;
  };
}
