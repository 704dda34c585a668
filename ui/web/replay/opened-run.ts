import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { Refused } from "../engine/engine.ts";
import type { RunOrder } from "../engine/messages.ts";
import { engine } from "../engine/start-engine.ts";
import { inputOf } from "../library/catalogue.ts";

/** What there is of a run: it grows while the engine computes. */
export type RunState =
  | { readonly is: "waiting" }
  | { readonly is: "here"; readonly recording: Recording; readonly isWhole: boolean }
  | { readonly is: "unknown" }
  | { readonly is: "refused"; readonly problems: readonly Problem[] }
  | { readonly is: "failed"; readonly message: string };

/** A run that is being looked at, and how far it has been computed. */
export interface OpenedRun {
  readonly state: ReadonlySignal<RunState>;
  /** Share of the simulated time that the engine is through with. */
  readonly computed: ReadonlySignal<number>;
  close(): void;
}

/** Computes a run of a scenario of the library. */
export function openRun(scenario: string, order: RunOrder): OpenedRun {
  const state = signal<RunState>({ is: "waiting" });
  const computed = signal(0);
  const controller = new AbortController();
  compute(
    scenario,
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
    state.value = error instanceof Refused ? { is: "refused", problems: error.problems } : failureOf(error);
  });
  return { state, computed, close: () => controller.abort() };
}

/** Nobody by that name: the only thing that can be wrong with a scenario of the library. */
class Unknown extends Error {}

async function compute(
  scenario: string,
  order: RunOrder,
  signal: AbortSignal,
  onRecording: (recording: Recording, isWhole: boolean) => void,
  onProgress: (share: number) => void,
): Promise<void> {
  const input = await inputOf(scenario);
  if (input === undefined) throw new Unknown();
  await engine.run(input, order, { onRecording, onProgress }, signal);
}

function failureOf(error: unknown): RunState {
  if (error instanceof Unknown) return { is: "unknown" };
  return { is: "failed", message: error instanceof Error ? error.message : String(error) };
}
