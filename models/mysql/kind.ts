import { type Act, notUnderstood } from "../deed.ts";
import { diskFacts } from "../disk/kind.ts";
import { defineKind, type Reference } from "../kind.ts";
import { listenFacts } from "../network/listen-options.ts";
import { MysqlServer } from "./mysql-server.ts";
import { type MysqlOptions, mysqlOptions } from "./options.ts";

/** A MySQL or MariaDB server. */
export const mysql = defineKind({
  kind: "mysql",
  about: "A MySQL server: a slot for every session from accept to close, 1040 beyond, statements that share its cores.",
  options: mysqlOptions,
  serves: () => ["mysql", "binlog"],
  references: referencesOf,
  deeds: ["set", "pace", "stop", "start", "kill", "restart"],
  live: ["max_connections", "read_only"],
  limits: ({ max_connections }) => ({ max_connections }),
  facts: {
    ...diskFacts,
    ...listenFacts,
    "connection-limit-reached":
      "{component} is at its connection limit: {connections} of {max_connections} ({idle} idle in pools, {borrowed} in use, {connecting} logging in, {probe} probes, {monitor} monitors, {abandoned} abandoned)",
    "writes-refused": "{component} is read_only and refuses to write",
    "replication-broken": "{component} does not get the binary log of its source any more",
  },
  build(world, path, settings) {
    const component = new MysqlServer(world, path, settings);
    const start = () => component.replication?.start();
    return { component, connect: () => component.connect(), start, act: actOf(component) };
  },
});

function referencesOf({ machine, replicates, disk }: MysqlOptions): Reference[] {
  const references: Reference[] = [];
  if (machine !== undefined) references.push({ at: ["machine"], path: machine, needs: ["machine"] });
  if (replicates !== undefined) references.push({ at: ["replicates"], path: replicates, needs: ["binlog"] });
  if (typeof disk === "string") references.push({ at: ["disk"], path: disk, needs: ["disk"] });
  return references;
}

/** A killed process is started again by mysqld_safe or systemd, as a restarted one is by whoever restarts it. */
function actOf(server: MysqlServer): Act {
  return (deed, because) => {
    switch (deed.do) {
      case "set":
        if (deed.parameter !== "read_only") return server.adjust(deed.parameter, deed.to);
        return server.setReadOnly(deed.to > 0, because);
      case "pace":
        return server.setPace(deed.share, because);
      case "stop":
        return server.stop(because);
      case "start":
        return server.start(because);
      case "kill":
      case "restart":
        server.stop(because);
        return server.start(because);
      default:
        return notUnderstood(server.path, deed);
    }
  };
}
