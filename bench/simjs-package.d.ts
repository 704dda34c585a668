/** The part of simjs 2.0.3 that is used here; the package has no types, and leaves its classes in `window.Sim`. */
declare module "simjs";

interface SimjsRequest {
  done(callback: () => void): SimjsRequest;
  waitUntil(delay: number, callback: () => void): SimjsRequest;
  cancel(): void;
}

interface SimjsEntity {
  /** What the facility answered: -1 when its line is full. */
  callbackMessage: unknown;
  setTimer(delay: number): SimjsRequest;
  useFacility(facility: SimjsFacility, duration: number): SimjsRequest;
}

interface SimjsFacility {
  queueStats(): { durationSeries: { average(): number } };
}

interface Simjs {
  Sim: new () => {
    addEntity<E extends SimjsEntity>(type: new () => E): E;
    simulate(end: number): void;
  };
  Entity: new () => SimjsEntity;
  Facility: {
    new (name: string, discipline: number, servers: number, longestLine?: number): SimjsFacility;
    FCFS: number;
  };
}
