import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Fact } from "../../../../scenarios/experiment/story.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { route } from "../../route.ts";
import type { Player } from "../player.ts";
import { type Flag, flagsOf, significantFacts } from "./flags.ts";

/** Flags have a label each, and no two are nearer to each other than this many pixels. */
const APART = 90;

/** The events of a run that somebody wants to see. */
export interface Events {
  readonly facts: ReadonlySignal<readonly Fact[]>;
  /** The events of the part that is shown, put together where they are dense. */
  readonly flags: ReadonlySignal<readonly Flag[]>;
  /** Pixels that there are for the flags. */
  readonly width: Signal<number>;
}

/** Kinds of facts in `without` of the hash are hidden; with a component in `sel`, only its own are there. */
export function useEvents(recording: Recording, player: Player): Events {
  return useMemo(() => {
    const selected = computed(() => route.value.view.sel || undefined);
    const without = computed(() => route.value.view.without ?? "");
    const facts = computed(() =>
      significantFacts(recording.result.journal, recording.header, hiddenKinds(without.value), selected.value),
    );
    const width = signal(1000);
    const flags = computed(() => flagsOf(facts.value, player.shown.value, width.value, APART));
    return { facts, flags, width };
  }, [recording, player]);
}

/** "pod-unready~scaled" -> both. */
export function hiddenKinds(without: string): ReadonlySet<string> {
  return new Set(without.split(BETWEEN).filter((kind) => kind !== ""));
}

export function textOfKinds(kinds: Iterable<string>): string {
  return [...kinds].join(BETWEEN);
}

const BETWEEN = "~";
