import { Component } from "../../sim/component.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Address, Host } from "../host.ts";
import { REPLICATE } from "../verb.ts";
import type { World } from "../world.ts";
import { BinaryLog, type Position } from "./binary-log.ts";

/** Bytes of a transaction on the wire: a row event of a small row with its headers and GTID. */
const TRANSACTION_BYTES = 400;
const MESSAGE_BYTES = 60;

/** A replica that reads the log on a session. */
interface Reader {
  readonly connection: ConnectionId;
  readonly replica: number;
  /** All before this has been sent. */
  sent: Position;
  isUnderWay: boolean;
}

/**
 * The binary log of a server and the threads that send it to its replicas, as soon as something is there.
 *
 * One message is under way to each replica at a time, with all that has been committed since the last: a replica hears
 * of a commit after half a round trip to one and a half, where TCP would take a half.
 */
export class BinlogDump extends Component {
  readonly log = new BinaryLog();
  private readonly server: Host;
  private readonly readers: Reader[] = [];
  /** A host that is frozen sends nothing. */
  private isFrozen = false;

  constructor(world: World, server: Host) {
    super(world.sim, `${server.path}/binlog`);
    this.server = server;
  }

  /** A replica wants all from a position on (COM_BINLOG_DUMP). */
  subscribe(connection: ConnectionId, replica: Host, from: Position): void {
    const reader = { connection, replica: replica.id, sent: from, isUnderWay: false };
    this.readers.push(reader);
    this.send(reader);
  }

  /** The session of a replica has ended. */
  unsubscribe(connection: ConnectionId): void {
    const at = this.readers.findIndex((reader) => reader.connection === connection);
    if (at >= 0) this.readers.splice(at, 1);
  }

  /** Something has been committed. */
  wake(): void {
    for (const reader of this.readers) this.send(reader);
  }

  freeze(isFrozen: boolean): void {
    this.isFrozen = isFrozen;
    if (!isFrozen) this.wake();
  }

  override resume(message: RequestId): void {
    const { requests } = this.sim;
    const connection = requests.connection[message]!;
    const reader = this.readers.find((one) => one.connection === connection);
    requests.close(message);
    if (reader === undefined) return;
    reader.isUnderWay = false;
    this.send(reader);
  }

  private send(reader: Reader): void {
    const { requests } = this.sim;
    const { end } = this.log;
    if (reader.isUnderWay || reader.sent >= end || this.isFrozen) return;
    const message = requests.open(this.now, REPLICATE);
    requests.connection[message] = reader.connection;
    requests.tag[message] = end;
    requests.bytesIn[message] = (end - reader.sent) * TRANSACTION_BYTES;
    requests.bytesOut[message] = MESSAGE_BYTES;
    reader.sent = end;
    reader.isUnderWay = true;
    requests.push(message, this.id, 0);
    (this.sim.components[reader.replica]! as unknown as Address).reach(message, this.server.node);
  }
}
