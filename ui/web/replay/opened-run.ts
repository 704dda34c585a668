import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { Refused } from "../engine/engine.ts";
import type { RunOrder } from "../engine/messages.ts";
import { engine } from "../engine/start-engine.ts";
import { type RunSource, sourceOf } from "../files/run-source.ts";
import type { LinkError, LinkFault } from "../share/scenario-link.ts";

/** What there is of a run: it grows while the engine computes. */
type RunState =
  | { readonly is: "waiting" }
  | { readonly is: "here"; readonly recording: Recording; readonly isWhole: boolean }
  | { readonly is: "unknown" }
  | { readonly is: "badLink"; readonly why: LinkFault }
  | { readonly is: "refused"; readonly problems: readonly Problem[] }
  | { readonly is: "failed"; readonly message: string };

/** A run that is being looked at, and how far it has been computed. */
export interface OpenedRun {
  readonly state: ReadonlySignal<RunState>;
  /** Share of the simulated time that the engine is through with. */
  readonly computed: ReadonlySignal<number>;
  close(): void;
}

/** Opens a run: one that is at hand, or one that is computed. */
export function openRun(name: string, link: string | undefined, order: RunOrder): OpenedRun {
  const state = signal<RunState>({ is: "waiting" });
  const computed = signal(0);
  const controller = new AbortController();
  compute(
    () => sourceOf(name, link),
    order,
    controller.signal,
    (recording, isWhole) => {
      state.value = { is: "here", recording, isWhole };
      computed.value = recording.result.reached / recording.result.duration;
    },
    (share) => {
      computed.value = share;
    },
  ).catch((error: unknown) => {
    if (controller.signal.aborted) return;
    state.value = failureOf(error);
  });
  return { state, computed, close: () => controller.abort() };
}

/** There is nothing by that name. */
class Unknown extends Error {}

async function compute(
  find: () => Promise<RunSource | undefined>,
  order: RunOrder,
  signal: AbortSignal,
  onRecording: (recording: Recording, isWhole: boolean) => void,
  onProgress: (share: number) => void,
): Promise<void> {
  const source = await find();
  if (source === undefined) throw new Unknown();
  if ("recording" in source) onRecording(source.recording, true);
  else await engine.run(source.input, order, { onRecording, onProgress }, signal);
}

function failureOf(error: unknown): RunState {
  if (error instanceof Unknown) return { is: "unknown" };
  if (error instanceof Refused) return { is: "refused", problems: error.problems };
  if (error instanceof Error && error.name === "LinkError") return { is: "badLink", why: (error as LinkError).why };
  return { is: "failed", message: error instanceof Error ? error.message : String(error) };
}
