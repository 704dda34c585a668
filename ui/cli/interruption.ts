import { EXIT } from "./exit-code.ts";

/**
 * Aborted by the first Ctrl-C, or a polite end of the process: what is known by then is still told.
 * The second ends the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.inconclusive);
    process.stderr.write("\ninterrupted: what is known so far follows; once more ends at once\n");
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return controller.signal;
}
