import * as z from "zod";
import { count, duration, positiveCount, type Quantity, quantity } from "../quantity.ts";
import { Mistake, show } from "../unit.ts";

/** A version of Linux as a number that later ones exceed: 6.18 is 6018. */
export type KernelVersion = number;

/** Version of a kernel: "3.10", "6.18". */
function kernelVersion(): Quantity<KernelVersion, string> {
  const right = 'a version of Linux such as "3.10" or "6.18", in quotes';
  const read = (value: unknown) => {
    const match = typeof value === "string" ? /^(\d{1,2})\.(\d{1,3})$/.exec(value) : null;
    return match === null ? new Mistake(`${show(value)} is not a version`, right) : versionOf(match);
  };
  return quantity(read, { type: "string", examples: ["3.10", "6.18"] });
}

function versionOf([, major, minor]: RegExpExecArray): KernelVersion {
  return 1000 * Number(major) + Number(minor);
}

const SOMAXCONN_GREW: KernelVersion = 5004;
const OLD_SOMAXCONN = 128;
const SOMAXCONN = 4096;

/** A listening socket: what the program asks for, and the settings of the kernel that it runs on. */
export const listenOptions = z
  .strictObject({
    backlog: count()
      .default(511)
      .describe(
        "Connections that may wait for accept(), less one; Node 511, gunicorn 2048, MySQL 151. Source: listen(2).",
      ),
    somaxconn: count()
      .optional()
      .describe(
        "net.core.somaxconn: no backlog is longer. Default: 4096, and 128 before Linux 5.4. Source: Linux ip-sysctl.",
      ),
    tcp_max_syn_backlog: positiveCount()
      .default(1024)
      .describe(
        "Handshakes under way; without tcp_syncookies a quarter stays free for hosts known before. Grows with memory. Source: Linux ip-sysctl.",
      ),
    tcp_syncookies: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .default(1)
      .describe(
        "1: with too many handshakes under way a SYN is answered with a cookie, 0: it is dropped, 2: always a cookie. Source: Linux ip-sysctl.",
      ),
    tcp_abort_on_overflow: z
      .union([z.literal(0), z.literal(1)])
      .default(0)
      .describe(
        "0: the last ACK of a handshake is ignored while the accept queue is full; 1: it is answered with RST. Source: Linux ip-sysctl.",
      ),
    tcp_synack_retries: count(255)
      .default(5)
      .describe("Times that a SYN-ACK is sent again: after 1, 3, 7, 15, 31 s. Source: Linux ip-sysctl."),
    kernel: kernelVersion()
      .prefault("6.18")
      .describe(
        "Linux that it runs on: before 4.10 a full accept queue did not always drop SYNs. Source: commit 5ea8ea2cb7f1.",
      ),
    acceptInterval: duration()
      .optional()
      .describe(
        "Model: the process accepts one connection, and the next after this time at the earliest. Default: in turn.",
      ),
    acceptCpu: duration()
      .prefault("0s")
      .describe("Model: processor time that an accept() and what follows it takes in its turn of the event loop."),
    speaksFirst: z
      .enum(["client", "server"])
      .default("client")
      .describe("Who sends first on a connection, as the protocol has it: the client in HTTP, the server in MySQL."),
  })
  .transform(({ somaxconn, ...options }) => {
    return { ...options, somaxconn: somaxconn ?? (options.kernel < SOMAXCONN_GREW ? OLD_SOMAXCONN : SOMAXCONN) };
  });

export type ListenOptions = Readonly<z.output<typeof listenOptions>>;

/** What the entries of a listening socket in the journal say. */
export const listenFacts = {
  "accept-queue-full":
    "the accept queue of {component} is full: {waiting} connections wait for accept() with a backlog of {backlog}",
  "syn-queue-full":
    "the SYN queue of {component} is full: {underWay} handshakes under way with a backlog of {backlog} and tcp_max_syn_backlog {tcp_max_syn_backlog}",
};
