import type { KernelVersion, ListenOptions } from "./listen-options.ts";

/** From which Linux on the queue has the length of the backlog, not of a hash table (commit ef547f2ac16b). */
const BACKLOG_COUNTS: KernelVersion = 4004;
/** From which Linux on it takes one more, as the accept queue does (commit 3479c7549fb1, and stable kernels of 2025). */
const ONE_MORE: KernelVersion = 6014;
/** From which Linux on a full accept queue always drops SYNs (commit 5ea8ea2cb7f1). */
const DROPS_ALWAYS: KernelVersion = 4010;
const FEWEST = 8;

/**
 * The handshakes of a listening socket whose SYN has been answered and whose ACK has not come yet.
 *
 * Young are those whose SYN-ACK has not had to be sent again. Source: Linux net/ipv4/tcp_input.c (tcp_conn_request),
 * net/ipv4/inet_connection_sock.c (reqsk_timer_handler); 3.10: net/core/request_sock.c.
 */
export class SynQueue {
  length = 0;
  private young = 0;
  /** It is full with so many. */
  readonly limit: number;
  private readonly backlog: number;
  private readonly options: ListenOptions;

  constructor(options: ListenOptions) {
    this.options = options;
    this.backlog = Math.min(options.backlog, options.somaxconn);
    this.limit = limitOf(options, this.backlog);
  }

  get isFull(): boolean {
    return this.length >= this.limit;
  }

  /** Whether what is left of tcp_max_syn_backlog is kept for hosts that have been connected before. */
  get isReserved(): boolean {
    const { tcp_max_syn_backlog: most, tcp_syncookies } = this.options;
    return tcp_syncookies === 0 && most - this.length < most >> 2;
  }

  /** Whether a SYN is let in though the accept queue is full: once, unless others have come only just before. */
  get isWelcome(): boolean {
    return this.options.kernel < DROPS_ALWAYS && this.young <= 1;
  }

  join(): void {
    this.length++;
    this.young++;
  }

  /** One whose SYN-ACK has been sent again so often leaves. */
  leave(timeouts: number): void {
    this.length--;
    if (timeouts === 0) this.young--;
  }

  /** The SYN-ACK of one is sent again for the first time. */
  age(): void {
    this.young--;
  }

  /** How often a SYN-ACK is sent again at the moment: less often when old handshakes take more than half of the room. */
  get retries(): number {
    let retries = this.options.tcp_synack_retries;
    if (2 * this.length <= Math.max(FEWEST, this.backlog)) return retries;
    for (let young = 2 * this.young; retries > 2 && this.length >= young; young *= 2) retries--;
    return retries;
  }
}

function limitOf({ kernel, tcp_max_syn_backlog }: ListenOptions, backlog: number): number {
  if (kernel >= ONE_MORE) return backlog + 1;
  if (kernel >= BACKLOG_COUNTS) return backlog;
  const entries = Math.max(FEWEST, Math.min(backlog, tcp_max_syn_backlog)) + 1;
  let limit = 1;
  while (limit < entries) limit *= 2;
  return limit;
}
