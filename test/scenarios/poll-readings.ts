import type { RunReadings } from "./run-readings.ts";

const BINS_PER_SECOND = 10;
const MILLISECONDS_PER_BIN = 100;

/** How the polls of a floating address went, one in each bin of the recording, at its end. */
class Polls {
  /** Seconds from the start to the kill and to the restore of the process on the first host. */
  readonly kill: number;
  readonly restore: number;
  private readonly run: RunReadings;
  private readonly failed: readonly number[];
  private readonly good: readonly number[];

  constructor(run: RunReadings) {
    const all = run.growth("callers", "http_reqs");
    this.run = run;
    this.failed = run.growth("callers", "http_req_failed");
    this.good = all.map((polls, bin) => polls - this.failed[bin]!);
    this.kill = run.firstAt("process1", "stopped");
    this.restore = run.firstAt("process1", "started");
  }

  /** The bins of the first poll that fails, and of the first that goes well after that. */
  get outage(): { from: number; until: number } {
    const from = this.failed.findIndex((polls) => polls > 0);
    return { from, until: this.good.findIndex((polls, bin) => bin > from && polls > 0) };
  }

  get restoreToMaster(): number {
    return this.run.firstAt("host1", "became-master", this.restore) - this.restore;
  }

  get failedAfterRestore(): number {
    const bin = Math.ceil(this.restore * BINS_PER_SECOND);
    return this.failed.slice(bin).reduce((sum, polls) => sum + polls, 0);
  }
}

type Reading = (run: RunReadings) => number;

/** The figures that were measured of keepalived, each once in a run: percentiles are over the runs. */
export const POLL_READINGS: Readonly<Record<string, Reading>> = {
  ...each("outageMs", ({ outage }) => (outage.until - outage.from) * MILLISECONDS_PER_BIN),
  ...each("killToOkMs", ({ outage, kill }) => (outage.until + 1) * MILLISECONDS_PER_BIN - kill * 1000),
  ...each("restoreToMasterMs", ({ restoreToMaster }) => restoreToMaster * 1000),
  ...each("failbackFailedPolls", ({ failedAfterRestore }) => failedAfterRestore),
};

function each(name: string, value: (polls: Polls) => number): Record<string, Reading> {
  const reading: Reading = (run) => value(new Polls(run));
  return Object.fromEntries(["mean", "p50", "p95"].map((suffix) => [`${name}.${suffix}`, reading]));
}
