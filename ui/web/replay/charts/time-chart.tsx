import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { language, theme } from "../../settings.ts";
import { unitText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import type { Events } from "../timeline/events.ts";
import { momentAt, type Span, zoomTo } from "../timeline/zoom.ts";
import { type Chart, placeOf, plotOf } from "./chart.ts";
import { Legend } from "./legend.tsx";
import uPlot from "./plot.ts";
import { dataOf, heightOf, optionsOf } from "./plot-options.ts";

type Props = { chart: Chart; player: Player; events: Events; width: number };

/**
 * One chart. It is drawn anew when its numbers, its size or what part is shown change, never because the moment does:
 * the moment and the events are elements on top of it.
 */
export function TimeChart({ chart, player, events, width }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const { value: shown } = player.shown;
  const { value: colours } = theme;
  const shape = JSON.stringify([colours, chart.name, chart.curves.map(({ label }) => label), chart.thresholds]);
  useEffect(() => {
    const made = new uPlot(
      optionsOf(chart, { width, onZoom: zoomIn(player), shown: player.shown }),
      undefined,
      host.current!,
    );
    const click = ({ offsetX }: MouseEvent) => goTo(player, made, offsetX);
    made.over.addEventListener("click", click);
    plot.current = made;
    return () => made.destroy();
  }, [shape, player]);
  useEffect(() => {
    const { current: made } = plot;
    if (made === undefined) return;
    if (made.width !== width) made.setSize({ width, height: heightOf(width) });
    made.setData(dataOf(plotOf(chart, shown, made.over.clientWidth || width)), true);
  }, [shape, chart, shown, width]);
  const { value: say } = words;
  const name = say.chartNames[chart.name];
  return (
    <figure class="chart" data-chart={chart.name}>
      <figcaption>
        <strong>{name}</strong> <span class="quiet">{unitText(chart.unit, language.value)}</span>
        <Legend chart={chart} />
      </figcaption>
      <div class="plot" style={{ width: `${width}px` }}>
        <div
          ref={host}
          role="img"
          aria-label={say.chartAloud(name, chart.curves.map(({ label }) => label).join(", "))}
        />
        <Marks player={player} events={events} />
      </div>
    </figure>
  );
}

/** The moment and the events, on top of a chart. */
function Marks({ player, events }: Pick<Props, "player" | "events">) {
  const playhead = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      effect(() => {
        playhead.current!.style.left = placeOf(player.time.value, player.shown.value);
      }),
    [player],
  );
  const current = events.facts.value.find(({ id }) => id === player.event.value);
  const { value: shown } = player.shown;
  const isIn = (at: number) => at >= shown.from && at <= shown.until;
  return (
    <div class="marks" aria-hidden="true">
      {events.flags.value.map(({ facts, at }) => (
        <div key={facts[0]!.id} class="mark" data-event={facts[0]!.id} style={{ left: placeOf(at, shown) }} />
      ))}
      {current !== undefined && isIn(current.at) && (
        <div
          class="mark current"
          data-current={current.id}
          title={clockOf(current.at)}
          style={{ left: placeOf(current.at, shown) }}
        />
      )}
      <div class="playhead" ref={playhead} />
    </div>
  );
}

/** What somebody drags over is shown from then on. */
function zoomIn(player: Player): (span: Span) => void {
  return ({ from, until }) => {
    player.zoom.value = zoomTo(from, until, player.duration.peek());
  };
}

function goTo(player: Player, plot: uPlot, x: number): void {
  player.seek(momentAt(x / Math.max(1, plot.over.clientWidth), player.shown.peek()));
}
