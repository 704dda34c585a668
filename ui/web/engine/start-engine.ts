import { Engine } from "./engine.ts";
import EngineWorker from "./engine-worker.ts?worker";

/** The engine of this page. */
export const engine = new Engine(() => new EngineWorker({ name: "engine" }));
