import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { MysqlServer } from "../mysql/mysql-server.ts";
import type { World } from "../world.ts";
import type { Instance } from "./instance.ts";
import type { OrchestratorOptions } from "./options.ts";

const CATCHING_UP = 0;
const RELOCATED = 1;
const DELAYED = 2;

/** How long replicas may take to apply what they have read before one is chosen (InstanceBulkOperationsWaitTimeout). */
const MOST_CATCHING_UP: Micros = 10 * SECOND;
/** go/inst/instance_topology_dao.go, retryInterval. */
const RETRY: Micros = 500 * MILLISECOND;
const NOBODY = -1;

/**
 * The replacement of a dead source: replicas apply what they have read, the one that is furthest takes its place, the
 * others follow it, and it is made writable. Last, the old source is told to be read-only, which it seldom hears
 * (go/logic/topology_recovery.go, checkAndRecoverDeadMaster; go/inst/instance_topology.go, RegroupReplicasGTID).
 */
export class Failover extends Component {
  private readonly options: OrchestratorOptions;
  private readonly chance: Stream;
  /** The dead source, and the instances that took part, as components; NOBODY and none while nothing is under way. */
  private dead = NOBODY;
  private replicas: number[] = [];
  private because: JournalId = NONE;
  private begunAt: Micros = 0;
  private timer: EventHandle = NO_EVENT;

  constructor(world: World, path: string, options: OrchestratorOptions) {
    super(world.sim, `${path}/failover`);
    this.options = options;
    this.chance = world.sim.streams.stream(this.path, "relocation");
  }

  get isUnderWay(): boolean {
    return this.dead !== NOBODY;
  }

  /** Replaces a source, as the journal entry says. */
  begin(dead: Instance, replicas: readonly Instance[], because: JournalId): void {
    this.dead = dead.id;
    this.replicas = replicas.map(({ id }) => id);
    this.because = because;
    this.begunAt = this.now;
    this.catchUp();
  }

  /** Nothing more is done. */
  abort(): void {
    this.cancel(this.timer);
    this.dead = NOBODY;
  }

  override on(kind: typeof CATCHING_UP | typeof RELOCATED | typeof DELAYED): void {
    if (kind === CATCHING_UP) this.catchUp();
    else this.promote();
  }

  /** Waits until all have applied what they have read, or long enough. */
  private catchUp(): void {
    const isReady = this.candidates().every(({ server }) => server.replication!.applier.isUpToDate);
    if (isReady || this.now - this.begunAt >= MOST_CATCHING_UP) {
      this.timer = this.after(Math.round(this.options.relocation.draw(this.chance)), RELOCATED);
    } else this.timer = this.after(RETRY, CATCHING_UP);
  }

  private promote(): void {
    const [first] = this.candidates().sort((a, b) => positionOf(b) - positionOf(a));
    const { DelayMasterPromotionIfSQLThreadNotUpToDate: delays, ApplyMySQLPromotionAfterMasterFailover: applies } =
      this.options;
    if (first === undefined) return this.fail();
    if (delays && !first.server.replication!.applier.isUpToDate) {
      this.timer = this.after(RETRY, DELAYED);
      return;
    }
    const dead = this.instance(this.dead);
    const lost = Math.max(0, positionOf(dead) - positionOf(first));
    const entry = first.promote(this.because, lost);
    for (const { server } of this.candidates()) if (server !== first.server) follow(server, first.server);
    if (applies) {
      first.server.replication!.reset();
      first.server.setReadOnly(false, entry);
      if (isUp(dead.server)) dead.server.setReadOnly(true, entry);
    }
    for (const { id } of this.candidates()) this.instance(id).look();
    this.dead = NOBODY;
  }

  private fail(): void {
    this.sim.journal.event(this.id, "recovery-failed", [this.because], {});
    this.dead = NOBODY;
  }

  /** The replicas that answer. */
  private candidates(): Instance[] {
    return this.replicas.map((id) => this.instance(id)).filter(({ server }) => isUp(server));
  }

  private instance(id: number): Instance {
    return this.sim.components[id] as Instance;
  }
}

function positionOf({ server }: Instance): number {
  return server.binlog!.log.end;
}

function isUp(server: MysqlServer): boolean {
  return server.isRunning && !server.isFrozen;
}

function follow(server: MysqlServer, source: MysqlServer): void {
  server.replication!.follow(source);
  server.replication!.start();
}
