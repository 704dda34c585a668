import { Component } from "../../sim/component.ts";
import type { RequestId } from "../../sim/requests.ts";
import { LOST, OK, type Outcome } from "../../sim/service.ts";
import { passOnCause } from "../cause.ts";
import { LOOKUP } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";

/** Bytes of a login: handshake response and credentials up, greeting and OK down. */
const LOGIN_BYTES = 350;
const GREETING_BYTES = 250;

/**
 * Sends logins to servers, and looks a server's name up first where the process does not remember its address.
 *
 * An address is remembered for mysql-monitor_local_dns_cache_ttl, and forgotten when a connect fails (lib/MySQL_Monitor.cpp,
 * lib/mysql_connection.cpp). A look-up blocks its worker thread there; here logins to one server share one look-up.
 */
export class Dialer extends Component {
  private readonly world: World;
  private readonly process: Process;
  private readonly hostnames: readonly string[];
  /** By hostname: until when its address is remembered. */
  private readonly knownUntil: Float64Array;
  /** By hostname: the look-up that is under way, or NOBODY. */
  private readonly lookup: Int32Array;
  /** By hostname: the logins that wait for the look-up. */
  private readonly waiting: RequestId[][];

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/dialer`);
    this.world = world;
    this.process = process;
    this.hostnames = [...new Set(process.servers.map(({ hostname }) => hostname))];
    this.knownUntil = new Float64Array(this.hostnames.length);
    this.lookup = new Int32Array(this.hostnames.length).fill(NOBODY);
    this.waiting = this.hostnames.map(() => []);
  }

  /** Sends a login. Whoever sends has pushed its own frame. */
  dial(login: RequestId, server: BackendServer): void {
    const host = this.hostnames.indexOf(server.hostname);
    if (this.now < this.knownUntil[host]!) {
      this.send(login, server);
      return;
    }
    this.waiting[host]!.push(login);
    if (this.lookup[host] === NOBODY) this.lookUp(host, login);
    if (this.lookup[host] !== NOBODY) passOnCause(this.sim.requests, this.lookup[host]!, login);
  }

  /** A connect to this server has failed. */
  evict(server: BackendServer): void {
    this.knownUntil[this.hostnames.indexOf(server.hostname)] = 0;
  }

  /** The process has ended, and nobody waits for its logins any more. */
  stop(): void {
    this.knownUntil.fill(0);
    this.lookup.fill(NOBODY);
    for (const logins of this.waiting) for (const login of logins.splice(0)) this.reply(login, LOST);
  }

  override resume(lookup: RequestId, outcome: Outcome, host: number): void {
    const { requests } = this.sim;
    const because = requests.because[lookup]!;
    requests.close(lookup);
    if (this.lookup[host] !== lookup) return;
    this.lookup[host] = NOBODY;
    const server = this.process.servers.find(({ hostname }) => hostname === this.hostnames[host])!;
    if (outcome === OK) this.knownUntil[host] = this.now + this.process.variables["mysql-monitor_local_dns_cache_ttl"];
    for (const login of this.waiting[host]!.splice(0)) {
      if (requests.abandoned[login] === 1) this.reply(login, LOST);
      else if (outcome === OK) this.send(login, server);
      else this.refuse(login, outcome, because);
    }
  }

  private lookUp(host: number, login: RequestId): void {
    const { requests } = this.sim;
    const lookup = requests.open(this.now, LOOKUP);
    requests.origin[lookup] = requests.origin[login]!;
    this.lookup[host] = lookup;
    requests.push(lookup, this.id, host);
    this.world.dns.reach(lookup, this.process.node);
  }

  private send(login: RequestId, server: BackendServer): void {
    this.sim.requests.bytesIn[login] = LOGIN_BYTES;
    this.sim.requests.bytesOut[login] = GREETING_BYTES;
    server.address.reach(login, this.process.node);
  }
}
