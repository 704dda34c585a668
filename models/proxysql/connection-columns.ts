import type { ConnectionId } from "../connection/connections.ts";

/** No connection, no request, no place. */
export const NOBODY = -1;

/** Columns of numbers with a row for each connection; every typed array of a subclass is one, and grows with the rest. */
export abstract class ConnectionColumns {
  private rows = 0;

  /** Makes room for a connection. */
  protected reserve(connection: ConnectionId): void {
    if (connection < this.rows) return;
    this.rows = Math.max(256, connection * 2);
    const columns = this as unknown as Record<string, unknown>;
    for (const [name, column] of Object.entries(columns)) {
      if (ArrayBuffer.isView(column)) columns[name] = longer(column as Column, this.rows);
    }
  }
}

type Column = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function longer(column: Column, length: number): Column {
  const copy = new (column.constructor as new (length: number) => Column)(length);
  copy.set(column);
  return copy;
}
