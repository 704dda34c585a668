import { Engine } from "./engine.ts";

/** The engine of this page. */
export const engine = new Engine(
  () => new Worker(new URL("./engine-worker.ts", import.meta.url), { type: "module", name: "engine" }),
);
