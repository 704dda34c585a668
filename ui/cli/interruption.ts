import { EXIT } from "./exit-code.ts";

const controller = new AbortController();
/** What comes after an interruption, in words; undefined while nobody listens. */
let sequel: string | undefined;

/**
 * From now on the first Ctrl-C, or polite end of the process, is told to whoever listens, so that what is known by then
 * is still told. The second ends the process at once, as does the first while nobody listens.
 */
export function catchInterruptions(): void {
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
}

/**
 * Aborted by Ctrl-C. Whoever asks for it has to end soon then.
 * @param after what is said to come then.
 */
export function interruption(after = "what is known so far follows"): AbortSignal {
  sequel ??= after;
  return controller.signal;
}

function interrupt(): void {
  if (sequel === undefined) process.stderr.write("\ninterrupted before anything ran\n");
  if (sequel === undefined || controller.signal.aborted) process.exit(EXIT.inconclusive);
  process.stderr.write(`\ninterrupted: ${sequel}; once more ends at once\n`);
  controller.abort();
}

/** Resolves when it is aborted. Whoever no longer waits says so with `end`. */
export function whenAborted(signal: AbortSignal): { readonly promise: Promise<void>; end(): void } {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    const abort = () => resolve();
    signal.addEventListener("abort", abort);
    end = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) resolve();
  });
  return { promise, end };
}
