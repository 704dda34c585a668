import type { Recording } from "../../../scenarios/recording/recording.ts";
import { words } from "../words/words.ts";
import { clockOf } from "./clock.ts";
import type { Player } from "./player.ts";

/** Play, scrub, step, and from event to event. */
export function Transport({ recording, player }: { recording: Recording; player: Player }) {
  const { value: say } = words;
  const { binWidth } = recording.header;
  const { duration, journal } = recording.result;
  const { time } = player;
  const before = () => journal.findLast(({ at }) => at < time.value);
  const after = () => journal.find(({ at }) => at > time.value);
  return (
    <section class="panel row transport" aria-label={say.run}>
      <button type="button" onClick={() => player.seek(before()?.at ?? 0)}>
        {say.previousEvent}
      </button>
      <button type="button" onClick={() => player.seek(time.value - binWidth)}>
        {say.stepBack}
      </button>
      <button type="button" class="primary" onClick={() => player.toggle()}>
        {player.isPlaying.value ? say.pause : say.play}
      </button>
      <button type="button" onClick={() => player.seek(time.value + binWidth)}>
        {say.stepForward}
      </button>
      <button type="button" onClick={() => player.seek(after()?.at ?? duration)}>
        {say.nextEvent}
      </button>
      <input
        type="range"
        aria-label={say.time}
        aria-valuetext={clockOf(time.value)}
        min={0}
        max={duration}
        step={binWidth}
        value={time.value}
        onInput={({ currentTarget }) => player.seek(Number(currentTarget.value))}
      />
      <output>
        {clockOf(time.value)} / {clockOf(duration)}
      </output>
    </section>
  );
}
