import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";
import { MysqlServer } from "../mysql/mysql-server.ts";
import type { World } from "../world.ts";
import { type Analysis, analyse, isActionable } from "./analysis.ts";
import { Failover } from "./failover.ts";
import { Instance } from "./instance.ts";
import { isMeant, type OrchestratorOptions } from "./options.ts";

const ANALYSE = 0;

/** Polls that it waits for after its own start before it repairs anything (go/logic/orchestrator.go). */
const POLLS_BEFORE_RECOVERY = 3;
/** go/logic/topology_recovery.go, initializeTopologyRecoveryPostConfiguration. */
const BETWEEN_EMERGENCY_READS: Micros = SECOND;
const BETWEEN_RESTARTS: Micros = 30 * SECOND;
const GRACE_AFTER_RESTARTS: Micros = 5 * SECOND;
const NEVER: Micros = Number.NEGATIVE_INFINITY;

/** What orchestrator remembers of an instance as a source. */
interface SourceNotes {
  readonly instance: Instance;
  /** The first source of the cluster that it belongs to. */
  readonly cluster: number;
  readonly dead: Condition;
  readonly unreachable: Condition;
  /** When its failure was last counted as detected. */
  detectedAt: Micros;
  /** The detection that was last found to be nobody's business, or blocked. */
  settled: JournalId;
  readAt: Micros;
  restartedAt: Micros;
  /** It was replaced, and nobody minds it any more until somebody says so. */
  isDowntimed: boolean;
}

/**
 * Orchestrator: it checks the databases of a replication topology, and replaces a source that is dead by a replica.
 *
 * Once a second it analyses what the checks have found. A source that it cannot reach, though replicas still get its
 * log, makes it look again at once at all of them, and no more (go/logic/topology_recovery.go).
 */
export class Orchestrator extends Component {
  private readonly world: World;
  private readonly options: OrchestratorOptions;
  private readonly failover: Failover;
  private readonly detections: Counter;
  private readonly recoveries: Counter;
  private readonly blocked: Counter;
  private readonly notes: SourceNotes[] = [];
  /** By cluster: when its latest recovery was registered, and the journal entry of it. */
  private readonly recoveredAt: Record<number, Micros> = {};
  private readonly recovery: Record<number, JournalId> = {};
  private isRunning = false;
  /** How far it is from an analysis at time zero, as a share of the time between two. */
  private readonly phase: number;
  private startedAt: Micros = 0;
  private tick: EventHandle = NO_EVENT;

  constructor(world: World, path: string, options: OrchestratorOptions) {
    super(world.sim, path);
    const { record } = world.sim;
    this.world = world;
    this.options = options;
    this.failover = new Failover(world, path, options);
    this.phase = world.sim.streams.stream(path, "phase").next();
    this.detections = record.counter(this, "failure_detections", "failures");
    this.recoveries = record.counter(this, "recover.dead_master.start", "recoveries");
    this.blocked = record.counter(this, "blocked_recoveries", "recoveries");
  }

  /** Finds the databases that hang together with the seeds. Called once, when all components exist. */
  connect(): void {
    for (const server of this.discover()) {
      const { sim } = this.world;
      this.notes.push({
        instance: new Instance(this.world, this.path, server, this.options),
        cluster: this.rootOf(server).id,
        dead: new Condition(sim, server, "dead-master"),
        unreachable: new Condition(sim, server, "unreachable-master"),
        detectedAt: NEVER,
        settled: NONE,
        readAt: NEVER,
        restartedAt: NEVER,
        isDowntimed: false,
      });
    }
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.startedAt = this.now;
    for (const { instance } of this.notes) instance.start();
    const first = this.now === 0 ? this.phase : 1;
    this.tick = this.after(Math.floor(first * this.options.RecoveryPollSeconds), ANALYSE);
  }

  /** Its process ends: what it was about to do is not done. */
  stop(): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.cancel(this.tick);
    this.failover.abort();
    for (const { instance } of this.notes) instance.stop();
  }

  override on(_kind: typeof ANALYSE): void {
    this.tick = this.after(this.options.RecoveryPollSeconds, ANALYSE);
    for (const note of this.notes) if (note.instance.source < 0 && !note.isDowntimed) this.judge(note);
  }

  private judge(note: SourceNotes): void {
    const replicas = this.replicasOf(note.instance);
    const analysis = analyse(note.instance, replicas, this.options.ReasonableReplicationLagSeconds);
    this.write(note, analysis, replicas.length);
    if (analysis === "UnreachableMaster") this.readAgain(note, replicas);
    else if (analysis === "AllMasterReplicasNotReplicating") this.readAgain(note, []);
    else if (analysis === "UnreachableMasterWithLaggingReplicas") this.restartReplication(note, replicas);
    else if (isActionable(analysis)) this.recover(note, replicas);
  }

  private write({ dead, unreachable, instance }: SourceNotes, analysis: Analysis, replicas: number): void {
    const figures = { replicas };
    if (analysis.startsWith("Dead")) dead.begin([instance.because, unreachable.current], figures);
    else dead.end();
    if (analysis.startsWith("Unreachable")) unreachable.begin([instance.because], figures);
    else unreachable.end();
  }

  /** Looks again at a source and its replicas, to have the whole picture soon. */
  private readAgain(note: SourceNotes, replicas: readonly Instance[]): void {
    if (this.now - note.readAt < BETWEEN_EMERGENCY_READS) return;
    note.readAt = this.now;
    for (const instance of [note.instance, ...replicas]) instance.poll();
  }

  /** Replicas that lag may hang on old sessions of a source that lets nobody in any more: they have to log in again. */
  private restartReplication(note: SourceNotes, replicas: readonly Instance[]): void {
    if (this.now - note.restartedAt < BETWEEN_RESTARTS) return;
    note.restartedAt = this.now;
    for (const { server } of replicas) if (server.isRunning && !server.isFrozen) server.replication!.restart();
  }

  private recover(note: SourceNotes, replicas: readonly Instance[]): void {
    const { FailureDetectionPeriodBlockMinutes, InstancePollSeconds, RecoverMasterClusterFilters } = this.options;
    if (this.now - this.startedAt < POLLS_BEFORE_RECOVERY * InstancePollSeconds) return;
    if (this.now - note.restartedAt < GRACE_AFTER_RESTARTS) return;
    if (this.now - note.detectedAt >= FailureDetectionPeriodBlockMinutes * MINUTE) {
      note.detectedAt = this.now;
      this.detections.add();
    }
    const cluster = this.sim.components[note.cluster]!.path;
    if (!isMeant(cluster, RecoverMasterClusterFilters)) return this.settle(note, "recovery-not-automatic", []);
    const since = this.now - (this.recoveredAt[note.cluster] ?? NEVER);
    if (since < this.options.RecoveryPeriodBlockSeconds) {
      if (this.failover.isUnderWay) return;
      if (note.settled !== note.dead.id) this.blocked.add();
      return this.settle(note, "recovery-blocked", [this.recovery[note.cluster]!]);
    }
    this.begin(note, replicas);
  }

  private begin(note: SourceNotes, replicas: readonly Instance[]): void {
    const because = this.sim.journal.action(this.id, "recovery-begins", [note.dead.id], {});
    this.recoveredAt[note.cluster] = this.now;
    this.recovery[note.cluster] = because;
    this.recoveries.add();
    note.isDowntimed = true;
    this.failover.begin(note.instance, replicas, because);
  }

  /** Says once for each failure why nothing is done about it. */
  private settle(note: SourceNotes, fact: string, causes: readonly JournalId[]): void {
    if (note.settled === note.dead.id) return;
    note.settled = note.dead.id;
    const sinceRecovery = Math.round((this.now - (this.recoveredAt[note.cluster] ?? this.now)) / SECOND);
    this.sim.journal.event(note.instance.server.id, fact, [note.dead.id, ...causes], { seconds: sinceRecovery });
  }

  private replicasOf({ server }: Instance): Instance[] {
    return this.notes.map(({ instance }) => instance).filter(({ source }) => source === server.id);
  }

  private discover(): MysqlServer[] {
    const all = this.world.sim.components.filter((each): each is MysqlServer => each instanceof MysqlServer);
    const roots = this.options.DiscoverySeeds.map((path) => this.rootOf(this.world.find(path) as MysqlServer));
    const found = all.filter((server) => roots.includes(this.rootOf(server)));
    for (const server of found) server.openBinlog();
    return found;
  }

  private rootOf(server: MysqlServer): MysqlServer {
    const { replicates } = server.options;
    return replicates === undefined ? server : this.rootOf(this.world.find(replicates) as MysqlServer);
  }
}
