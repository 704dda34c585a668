import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";

/** Whether this machine has a redis-server. Where it must have one, as on build servers, a test fails without it. */
export const HAS_REDIS = spawnSync("redis-server", ["--version"]).status === 0;
export const NEEDS_REDIS = process.env.BROWNOUT_NEEDS_REDIS === "1";

export const PASSWORD = "Sesam-oeffne-dich";

/** A Redis of the test's own, on a free port and with a password, which can be killed and come back. */
export class RedisServer {
  readonly address: string;
  readonly shown: string;
  readonly client: Redis;
  private readonly args: readonly string[];
  private process: ChildProcess | undefined;

  /** @param isPersistent whether it has everything again after it was killed. */
  static async start(isPersistent = false): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), isPersistent);
    await server.start();
    return server;
  }

  private constructor(port: number, isPersistent: boolean) {
    const folder = mkdtempSync(join(tmpdir(), "brownout-redis-"));
    const disk = [
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      isPersistent ? "yes" : "no",
      "--appendfsync",
      "always",
    ];
    this.args = ["--port", String(port), "--bind", "127.0.0.1", "--requirepass", PASSWORD, ...disk];
    this.address = `redis://:${PASSWORD}@127.0.0.1:${port}/0`;
    this.shown = `redis://127.0.0.1:${port}`;
    this.client = new Redis(this.address, { lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
    this.client.on("error", () => undefined);
  }

  async start(): Promise<void> {
    this.process = spawn("redis-server", this.args, { stdio: "ignore" });
    await this.client.ping();
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.process?.once("exit", resolve));
    if (this.process?.kill("SIGKILL")) await gone;
    this.process = undefined;
  }

  async end(): Promise<void> {
    this.client.disconnect();
    await this.kill();
  }

  /** Names of what there is of runs: those in the queue, and results. */
  async runs(): Promise<{ readonly queued: number; readonly results: number }> {
    const [queued, results] = await Promise.all([
      this.client.keys("brownout:brownout-*:run-*"),
      this.client.keys("brownout:result:*"),
    ]);
    return { queued: queued.length, results: results.length };
  }

  /** What would stay for ever. */
  async lasting(): Promise<string[]> {
    const keys = await this.client.keys("*");
    const lives = await Promise.all(keys.map((key) => this.client.ttl(key)));
    return keys.filter((_, at) => lives[at] === -1);
  }

  /** Waits until there are so many results. */
  async untilResults(enough: number): Promise<void> {
    while ((await this.runs()).results < enough) await pause(20);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
