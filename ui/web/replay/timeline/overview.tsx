import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { type Micros, SECOND } from "../../../../sim/time.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import { ribbonOf, STATE_GLYPHS, type SystemState } from "./ribbon.ts";
import { momentAt, type Span, secondsOf, shareOf, zoomTo } from "./zoom.ts";

type Props = { player: Player; states: readonly SystemState[] };

/** How the system fared over the whole run. What is dragged over is what the charts show; two numbers do the same. */
export function Overview({ player, states }: Props) {
  const { duration, shown, zoom } = player;
  const whole = { from: 0, until: duration.value };
  const { from, until } = shown.value;
  const setZoom = (start: Micros, end: Micros) => {
    zoom.value = zoomTo(start, end, duration.peek());
  };
  return (
    <div class="overview">
      <Brush player={player} states={states} onZoom={setZoom}>
        {zoom.value !== undefined && (
          <span
            class="window"
            style={{ left: percent(shareOf(from, whole)), width: percent(shareOf(until - from, whole)) }}
          />
        )}
      </Brush>
      <div class="row">
        <Seconds name={words.value.zoomFrom} player={player} end="from" set={(time) => setZoom(time, until)} />
        <Seconds name={words.value.zoomUntil} player={player} end="until" set={(time) => setZoom(from, time)} />
        <button type="button" disabled={zoom.value === undefined} onClick={() => setZoom(0, duration.peek())}>
          {words.value.wholeRun}
        </button>
      </div>
    </div>
  );
}

type SecondsProps = { name: string; player: Player; end: keyof Span; set: (time: Micros) => void };

/** One end of what is shown, in seconds. What is no such number is put back. */
function Seconds({ name, player: { duration, shown }, end, set }: SecondsProps) {
  return (
    <label>
      {name}{" "}
      <input
        type="number"
        min={0}
        max={duration.value / SECOND}
        step="any"
        value={secondsOf(shown.value[end])}
        onChange={({ currentTarget }) => {
          if (Number.isFinite(currentTarget.valueAsNumber)) set(currentTarget.valueAsNumber * SECOND);
          currentTarget.value = secondsOf(shown.peek()[end]);
        }}
      />
    </label>
  );
}

type BrushProps = Props & {
  onZoom: (from: Micros, until: Micros) => void;
  children: ComponentChildren;
};

/** The ribbon of states; a drag chooses a part of it, a click a moment. */
function Brush({ player, states, onZoom, children }: BrushProps) {
  const strip = useRef<HTMLDivElement>(null);
  const anchor = useSignal<number | undefined>(undefined);
  const whole = () => ({ from: 0, until: player.duration.peek() });
  const timeOf = (x: number) => {
    const { left, width } = strip.current!.getBoundingClientRect();
    return momentAt(Math.min(1, Math.max(0, (x - left) / Math.max(1, width))), whole());
  };
  return (
    <div
      class="ribbon"
      ref={strip}
      onPointerDown={(event) => {
        strip.current!.setPointerCapture(event.pointerId);
        anchor.value = event.clientX;
      }}
      onPointerMove={({ clientX }) => {
        const { value: start } = anchor;
        if (start !== undefined && Math.abs(clientX - start) >= CLICK) onZoom(timeOf(start), timeOf(clientX));
      }}
      onPointerUp={({ clientX }) => {
        if (anchor.value !== undefined && Math.abs(clientX - anchor.value) < CLICK) player.seek(timeOf(clientX));
        anchor.value = undefined;
      }}
      onPointerCancel={() => {
        anchor.value = undefined;
      }}
    >
      <Ribbon player={player} states={states} />
      {children}
    </div>
  );
}

/** A pointer that moves less than so many pixels has not been dragged. */
const CLICK = 5;

function Ribbon({ player, states }: Props) {
  const { value: say } = words;
  const whole = { from: 0, until: player.duration.value };
  const stretches = ribbonOf(states);
  const told = stretches.map(({ state, from, until }) =>
    say.stretch(say.states[state], clockOf(from * SECOND), clockOf(until * SECOND)),
  );
  return (
    <div class="stretches" role="img" aria-label={`${say.overview}: ${told.join("; ")}`}>
      {stretches.map(({ state, from, until }, at) => (
        <span
          key={`${from}`}
          class={`stretch ${state}`}
          title={told[at]}
          style={{
            left: percent(shareOf(from * SECOND, whole)),
            width: percent(shareOf((until - from) * SECOND, whole)),
          }}
        >
          {STATE_GLYPHS[state]}
        </span>
      ))}
    </div>
  );
}

function percent(share: number): string {
  return `${share * 100}%`;
}
