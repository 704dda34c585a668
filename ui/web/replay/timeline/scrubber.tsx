import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { type Micros, SECOND } from "../../../../sim/time.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import { type Scrub, scrubOf } from "./keys.ts";
import { STATE_GLYPHS, type SystemState, stateAt } from "./ribbon.ts";

type Props = { recording: Recording; player: Player; states: readonly SystemState[] };

/** The moment of the run, to be dragged, and how far it has been computed. Dragging stops the clock for as long as it takes. */
export function Scrubber({ recording, player, states }: Props) {
  const { value: say } = words;
  const { time, end, duration } = player;
  const drag = () => {
    player.hold();
    const release = () => {
      removeEventListener("pointerup", release);
      removeEventListener("pointercancel", release);
      player.release();
    };
    addEventListener("pointerup", release);
    addEventListener("pointercancel", release);
  };
  const press = (event: KeyboardEvent) => {
    const scrub = event.altKey || event.ctrlKey || event.metaKey ? undefined : scrubOf(event);
    if (scrub === undefined) return;
    event.preventDefault();
    player.seek(scrubbed(player, scrub, recording.header.binWidth));
  };
  return (
    <div class="scrubber">
      <input
        type="range"
        aria-label={say.time}
        aria-valuetext={aloud(time.value, stateAt(states, time.value))}
        min={0}
        max={duration.value}
        step={recording.header.binWidth}
        value={time.value}
        onPointerDown={drag}
        onKeyDown={press}
        onInput={({ currentTarget }) => {
          player.seek(Number(currentTarget.value));
          currentTarget.value = String(time.peek());
        }}
      />
      <progress class="buffered" max={1} value={end.value / Math.max(1, duration.value)} aria-hidden="true" />
      <Clock player={player} states={states} />
      {end.value < duration.value && <span class="quiet">{say.computedUntil(clockOf(end.value))}</span>}
    </div>
  );
}

/** The moment and the state of the system in writing. */
function Clock({ player, states }: Omit<Props, "recording">) {
  const { time, duration } = player;
  const state = stateAt(states, time.value);
  return (
    <output class="clock">
      {clockOf(time.value)} / {clockOf(duration.value)} {STATE_GLYPHS[state]} {words.value.states[state]}
    </output>
  );
}

/** "4 min 12.5 s, degraded". */
function aloud(time: Micros, state: SystemState): string {
  const tenths = Math.round((time / SECOND) * 10);
  const { value: say } = words;
  return say.aloud(Math.floor(tenths / 600), String((tenths % 600) / 10), say.states[state]);
}

function scrubbed({ time, duration }: Player, scrub: Scrub, binWidth: Micros): Micros {
  if ("end" in scrub) return scrub.end === "first" ? 0 : duration.peek();
  return time.peek() + ("bins" in scrub ? scrub.bins * binWidth : scrub.share * duration.peek());
}
