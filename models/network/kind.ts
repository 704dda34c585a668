import * as z from "zod";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { Mechanism } from "../mechanism.ts";
import {
  amount,
  bandwidth,
  bytes,
  count,
  distribution,
  duration,
  positiveCount,
  type Quantity,
  quantity,
  seconds,
} from "../quantity.ts";
import { Mistake, show } from "../unit.ts";
import type { DnsOptions } from "./dns.ts";
import { listenFacts } from "./listen-options.ts";
import type { NetworkOptions } from "./network.ts";
import type { Bandwidth } from "./nic.ts";

/** What a node's network interface carries, the same in each direction. */
const bandwidthOptions: z.ZodType<Bandwidth> = z
  .strictObject({
    base: bandwidth()
      .prefault("unlimited")
      .describe(
        "baseline of the instance, each way; t4g.medium 256Mbit/s, c5.large 750Mbit/s; EC2 instance network bandwidth",
      ),
    burst: bandwidth()
      .optional()
      .describe("what it reaches while it has credit; default: base; EC2 instance network bandwidth"),
    credit: bytes()
      .prefault(0)
      .describe(
        "most network I/O credit, full at the start, refilled at base minus what is used; EC2 publishes no sizes",
      ),
    buffer: duration()
      .prefault("25ms")
      .describe(
        "what may wait before packets are dropped, as time at burst; 10ms to 50ms are usual; EC2 publishes none",
      ),
  })
  .transform(({ base, burst, credit, buffer }) => {
    const peak = Math.max(base, burst ?? base);
    return { base, burst: peak, credit, buffer: (peak * buffer) / SECOND };
  });

/** What every node of a group has, to be spread into the options of a node group. */
export const nodeOptions = {
  bandwidth: bandwidthOptions.prefault({}).describe("what its pods share to send, and again to receive"),
  maxPods: positiveCount().default(110).describe("most pods that its kubelet runs; KubeletConfiguration maxPods"),
  linkLocal: amount()
    .default(1024)
    .describe("packets per second to link-local services such as DNS; EC2: 1024 per network interface"),
  nf_conntrack_max: positiveCount(10_000_000)
    .optional()
    .describe(
      "connections that it tracks; a full table drops new ones; default: no limit; Linux: 262144 from 4 GB on, kube-proxy 32768 a core; Linux nf_conntrack-sysctl",
    ),
  nf_conntrack_tcp_timeout_established: seconds()
    .prefault(432000)
    .describe(
      "seconds of silence after which a tracked connection is forgotten; kube-proxy 86400; Linux nf_conntrack-sysctl",
    ),
  nf_conntrack_tcp_timeout_time_wait: seconds()
    .prefault(120)
    .describe("seconds that a closed connection is tracked; Linux nf_conntrack-sysctl"),
};

const BUFFER = "bandwidth.buffer";
/** A buffer of a network interface that lets nobody wait for long: what is usual. */
const SHALLOW: Micros = 25 * MILLISECOND;

/** What can be changed of the nodes of a group while a run goes on. */
export const NODE_LIVE: readonly string[] = [BUFFER];

/** How the network interfaces of a node group can keep an outage going: the mechanisms of no kind, but of its nodes. */
export function nodeMechanisms({ bandwidth: { buffer, burst } }: { readonly bandwidth: Bandwidth }): Mechanism[] {
  if (burst === Number.POSITIVE_INFINITY) return [];
  const otherwise = Math.round((buffer / burst) * SECOND);
  if (otherwise <= SHALLOW) return [];
  const off = { parameter: BUFFER, to: SHALLOW, otherwise };
  const does = "packets wait in a deep buffer instead of being dropped";
  return [{ name: "deep network buffers", does, shows: ["bandwidth-saturated", "packets-dropped"], off }];
}

const LAST_PORT = 65535;

/** First and last port, as sysctl prints them: "32768 60999". */
function portRange(): Quantity<readonly [number, number], string> {
  const right = 'the first and the last port such as "32768 60999"';
  const read = (value: unknown): readonly [number, number] | Mistake => {
    const match = typeof value === "string" ? /^(\d{1,5})[ \t]+(\d{1,5})$/.exec(value) : null;
    if (match === null) return new Mistake(`${show(value)} is not a range of ports`, right);
    const [first, last] = [Number(match[1]), Number(match[2])];
    const isRange = first >= 1 && first <= last && last <= LAST_PORT;
    return isRange ? [first, last] : new Mistake(`${show(value)} has no port in it`, right);
  };
  return quantity(read, { type: "string", examples: ["32768 60999", "1024 65535"] });
}

/** Times of the wire and settings of TCP, the same everywhere. */
export const networkOptions: z.ZodType<NetworkOptions> = z.strictObject({
  latency: z
    .strictObject({
      sameNode: duration().prefault("25us").describe("one way between pods of one node; an assumption"),
      sameZone: duration().prefault("100us").describe("one way between nodes of one zone; an assumption"),
      crossZone: duration().prefault("500us").describe("one way between zones; an assumption"),
      elsewhere: duration().prefault("250us").describe("one way to and from what stands on no node; an assumption"),
    })
    .prefault({})
    .describe("one-way times"),
  jitter: duration().prefault("0s").describe("each message takes up to this much longer, uniformly"),
  tcp_syn_retries: count(30)
    .default(6)
    .describe("times that a lost SYN is sent again with doubling gaps; Linux ip-sysctl"),
  tcp_syn_linear_timeouts: count(30)
    .default(0)
    .describe("times before that with gaps of 1s: 0 up to Linux 6.4, 4 from 6.5 on; Linux ip-sysctl"),
  ip_local_port_range: portRange()
    .optional()
    .describe(
      "local ports of a host, for each destination; default: no limit; Linux 32768 60999, which is 470 new connections a second; Linux ip-sysctl",
    ),
  tcp_tw_reuse: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .default(2)
    .describe("1: a port in TIME_WAIT serves again after a second; 2: on the loopback interface only; Linux ip-sysctl"),
  tcp_max_tw_buckets: count(10_000_000)
    .default(131072)
    .describe(
      "connections of a host in TIME_WAIT at once; those beyond are forgotten; grows with memory; Linux ip-sysctl",
    ),
  CONFIG_HZ: count(1000)
    .default(250)
    .describe(
      "ticks per second of the timers that send handshakes and calls on connections again; 0: exact timers; Debian, Ubuntu 250, RHEL 1000; Linux kernel/Kconfig.hz",
    ),
});

/** The resolver of the hosts and the DNS server of the cluster. */
export const dnsOptions: z.ZodType<DnsOptions> = z.strictObject({
  serviceTime: distribution().prefault("500us").describe("time that the server needs for an answer; an assumption"),
  timeout: duration().prefault("5s").describe("wait for an answer before asking again; resolv.conf(5) timeout"),
  attempts: positiveCount(5).default(2).describe("times that a host asks in all; resolv.conf(5) attempts"),
  packets: positiveCount(64)
    .default(2)
    .describe("packets of a look-up: A and AAAA for each search domain tried; up to 10 with ndots:5; resolv.conf(5)"),
});

/** What the network's entries in the journal say. */
export const networkFacts: Readonly<Record<string, string>> = {
  "packets-dropped": "{component} drops packets: its buffer of {bufferMs} ms is full",
  "bandwidth-saturated":
    "{component} is at its bandwidth of {capacityMbit} Mbit/s: {backlogMs} ms wait, {dropped} packets dropped so far",
  ...listenFacts,
  "no-ephemeral-ports":
    "{component} has no local port left for a destination: {inUse} in use and {timeWait} in TIME_WAIT of {ports}",
  "conntrack-table-full": "{component} tracks {connections} connections, and nf_conntrack_max is {nf_conntrack_max}",
  "dns-lookups-fail": "DNS look-ups from {component} lose packets and wait for the resolver's timeout ({lost} so far)",
};
