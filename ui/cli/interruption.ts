import { EXIT } from "./exit-code.ts";

const controller = new AbortController();
let isHeard = false;

/**
 * From now on the first Ctrl-C, or polite end of the process, is told to whoever listens, so that what is known by then
 * is still told. The second ends the process at once, as does the first while nobody listens.
 */
export function catchInterruptions(): void {
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
}

/** Aborted by Ctrl-C. Whoever asks for it has to end soon then. */
export function interruption(): AbortSignal {
  isHeard = true;
  return controller.signal;
}

function interrupt(): void {
  if (!isHeard) process.stderr.write("\ninterrupted before anything ran\n");
  if (!isHeard || controller.signal.aborted) process.exit(EXIT.inconclusive);
  process.stderr.write("\ninterrupted: what is known so far follows; once more ends at once\n");
  controller.abort();
}
