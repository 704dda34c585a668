import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The command, as it is built. */
export const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

/** How a command ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own with files in it, in which the command is run as a user would. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "brownout-"));

  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    for (const [name, text] of Object.entries(files)) writeFileSync(this.at(name), text);
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Everything in it, hidden files too. */
  get files(): string[] {
    return readdirSync(this.path).sort();
  }

  /** Runs the command to its end; `whenPrinting` is called with the process once it has printed something. */
  brownout(args: readonly string[], whenPrinting?: (kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.path });
      let [out, err] = ["", ""];
      child.stdout.once("data", () => whenPrinting?.((signal) => child.kill(signal)));
      child.stdout.on("data", (part) => {
        out += part;
      });
      child.stderr.on("data", (part) => {
        err += part;
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, out, err }));
    });
  }
}

/** Thirty seconds of fifty people a second at a database that has time for them; all is well. */
export const CALM = `name: calm
title: A database that has time
duration: 30s
seed: 7
zones: [a]
nodes:
  - { group: n, zone: a, count: 2 }
components:
  people:
    kind: load
    to: lb
    rate: 50/s
    patience: 1s
    zones: { a: 100% }
    classes:
      - { name: read, share: 80%, work: exponential mean 5ms }
      - { name: write, share: 20%, work: exponential mean 8ms }
  lb: { kind: balancer, to: api }
  api: { kind: service, replicas: 2, nodes: n, workers: 8, queue: 16, to: db, pool: { kind: mysql2 } }
  db: { kind: mysql, max_connections: 50, cores: 2 }
checks:
  - http_req_failed{load:people} rate < 1%
`;

/** The same, with the database cut off after 20 of 120 seconds: nobody is served from then on, as the file expects. */
export const CUT = `${CALM.replace("30s", "120s").replace("50/s", "10/s")}expect: fails
timeline:
  - { at: 20s, do: cut, target: db, because: a cable is pulled }
figures:
  db.cores: assumed 1..4
  people.rate: assumed 5/s..20/s
variants:
  repaired: { about: Somebody plugs it in again., set: { timeline.0.lasting: 10s } }
  never: { about: Nothing happens., set: { timeline.0.at: 119s }, expect: holds }
`;

/** Five seconds of a server with little to do: a run takes a millisecond. */
export const CHEAP = `name: cheap
title: A server with little to do
duration: 5s
seed: 7
components:
  people: { kind: load, to: server, rate: 20/s, classes: [{ name: ask, waits: exponential mean 100ms }], patience: 1s }
  server: { kind: service, workers: 4, queue: 16 }
checks: ["http_req_failed{load:people} rate < 100%"]
variants:
  alone: { set: { server.workers: 1 } }
`;
