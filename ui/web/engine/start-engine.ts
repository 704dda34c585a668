import { Engine } from "./engine.ts";
import EngineWorker from "./engine-worker.ts?worker";

/** The engine of this page. */
export const engine = startEngine("engine");

/** Another engine, for what goes on beside the first; it can be ended without harm to that. */
export function startEngine(name: string): Engine {
  return new Engine(() => new EngineWorker({ name }));
}
