import { Engine } from "./engine.ts";
import EngineWorker from "./engine-worker.ts?worker";

/** The engine of this page. */
export const engine = new Engine(() => startWorker("engine"));

/** A thread that can do what the engine does, for the page or for a work of its own. */
export function startWorker(name: string): Worker {
  return new EngineWorker({ name });
}

/** Another engine, for what goes on in the background; it can be ended without harm to the first. */
export function startEngine(name: string): Engine {
  return new Engine(() => new EngineWorker({ name }));
}
