import { Xoshiro } from "./xoshiro.ts";

/** simjs, whose reneging clauses are chained to the request; a cancelled timer stays in its heap until it is due. */
async function load(): Promise<Simjs> {
  const browser = globalThis as { window?: { Sim?: Simjs } };
  browser.window = {};
  await import("simjs");
  const { Sim } = browser.window;
  if (Sim === undefined) throw new Error("simjs has left nothing in window.Sim");
  return Sim;
}

export async function simjsW1(customers: number) {
  const { Sim, Entity, Facility } = await load();
  const random = new Xoshiro(12345);
  const server = new Facility("server", Facility.FCFS, 1);
  let arrived = 0;
  let done = 0;
  class Source extends Entity {
    start() {
      this.setTimer(random.exponential(1 / 0.9)).done(this.arrive);
    }
    arrive() {
      if (++arrived < customers) this.start();
      this.useFacility(server, random.exponential(1)).done(() => {
        done++;
      });
    }
  }
  const sim = new Sim();
  sim.addEntity(Source);
  sim.simulate(Number.MAX_VALUE);
  return { done, events: 2 * customers, Wq: server.queueStats().durationSeries.average() };
}

export async function simjsW2(customers: number) {
  const { Sim, Entity, Facility } = await load();
  const random = new Xoshiro(12345);
  const pool = new Facility("pool", Facility.FCFS, 100, 500);
  const processor = new Facility("processor", Facility.FCFS, 8);
  let arrived = 0;
  const counts = { done: 0, rej: 0, reneg: 0, tout: 0 };
  class Source extends Entity {
    start() {
      this.setTimer(random.exponential(1 / 2000)).done(this.arrive);
    }
    arrive() {
      if (++arrived < customers) this.start();
      let late = false;
      const timeout = this.setTimer(30).done(() => {
        late = true;
        counts.tout++;
      });
      const complete = () => {
        timeout.cancel();
        if (!late) counts.done++;
      };
      const renege = () => {
        timeout.cancel();
        counts.reneg++;
      };
      const held = () => {
        if (this.callbackMessage === -1) {
          timeout.cancel();
          counts.rej++;
        } else this.useFacility(processor, random.exponential(0.0036)).done(complete);
      };
      this.useFacility(pool, random.exponential(0.0475)).waitUntil(0.25, renege).done(held);
    }
  }
  const sim = new Sim();
  sim.addEntity(Source);
  sim.simulate(Number.MAX_VALUE);
  const wait = (facility: SimjsFacility) => facility.queueStats().durationSeries.average();
  return { ...counts, events: 3 * customers, Wpool: wait(pool), Wproc: wait(processor) };
}
