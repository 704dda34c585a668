import { useEffect } from "preact/hooks";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { words } from "../words/words.ts";
import { type Player, SPEEDS } from "./player.ts";
import type { Events } from "./timeline/events.ts";
import { factAfter, factBefore } from "./timeline/flags.ts";
import { KeyHelp } from "./timeline/key-help.tsx";
import { followKeys } from "./timeline/shortcuts.ts";
import { useShortcut } from "./timeline/use-shortcut.ts";

type Props = { recording: Recording; player: Player; events: Events };

/** Play, step, go from event to event, and how fast. */
export function Transport({ recording, player, events }: Props) {
  const { value: say } = words;
  const moves = movesOf(recording, player, events);
  useEffect(followKeys, []);
  useShortcut("play", () => player.toggle());
  useShortcut("stepBack", moves.stepBack);
  useShortcut("stepForward", moves.stepForward);
  useShortcut("previousEvent", moves.previousEvent);
  useShortcut("nextEvent", moves.nextEvent);
  return (
    <div class="row transport">
      <MoveButton glyph="«" name={say.toStart} move={() => player.seek(0)} />
      <MoveButton glyph="◀" name={say.previousEvent} move={moves.previousEvent} isNamed />
      <MoveButton glyph="‹" name={say.stepBack} move={moves.stepBack} />
      <button type="button" class="primary play" onClick={() => player.toggle()}>
        {player.isPlaying.value ? say.pause : say.play}
      </button>
      <MoveButton glyph="›" name={say.stepForward} move={moves.stepForward} />
      <MoveButton glyph="▶" name={say.nextEvent} move={moves.nextEvent} isNamed />
      <MoveButton glyph="»" name={say.toEnd} move={() => player.seek(player.duration.peek())} />
      <Pace player={player} />
      <KeyHelp />
    </div>
  );
}

/** Each stops the clock: who goes somewhere wants to look at it. */
function movesOf({ header }: Recording, player: Player, { facts }: Events) {
  const step = (bins: number) => {
    player.isPlaying.value = false;
    player.seek(player.time.peek() + bins * header.binWidth);
  };
  const visit = (find: typeof factAfter) => {
    const found = find(facts.peek(), player.time.peek(), player.event.peek());
    if (found !== undefined) player.visit(found);
  };
  return {
    stepBack: () => step(-1),
    stepForward: () => step(1),
    previousEvent: () => visit(factBefore),
    nextEvent: () => visit(factAfter),
  };
}

type MoveProps = { glyph: string; name: string; move: () => void; isNamed?: boolean };

function MoveButton({ glyph, name, move, isNamed = false }: MoveProps) {
  return (
    <button type="button" title={name} onClick={move}>
      <span aria-hidden="true">{glyph}</span> <span class={isNamed ? "named" : "unseen"}>{name}</span>
    </button>
  );
}

/** How fast, whether slowly where something happens, and whether over and over. */
function Pace({ player }: { player: Player }) {
  const { value: say } = words;
  const { speed, slowsDown, loops } = player;
  const choices = [undefined, ...SPEEDS];
  const change = (to: number | undefined) => {
    speed.value = to ?? speed.value;
  };
  useShortcut("slower", () => change(SPEEDS.findLast((each) => each < player.pace.value)));
  useShortcut("faster", () => change(SPEEDS.find((each) => each > player.pace.value)));
  useShortcut("loop", () => {
    loops.value = !loops.value;
  });
  return (
    <>
      <label>
        {say.speed}{" "}
        <select
          value={String(speed.value ?? "")}
          onChange={({ currentTarget }) => {
            speed.value = choices.find((each) => String(each ?? "") === currentTarget.value);
          }}
        >
          {choices.map((each) => (
            <option key={each ?? ""} value={each ?? ""}>
              {each === undefined ? say.fitRun : `${each}×`}
            </option>
          ))}
        </select>
      </label>
      {[
        { name: say.slowDown, is: slowsDown },
        { name: say.loopZoom, is: loops },
      ].map(({ name, is }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={is.value}
            onChange={({ currentTarget }) => {
              is.value = currentTarget.checked;
            }}
          />{" "}
          {name}
        </label>
      ))}
    </>
  );
}
