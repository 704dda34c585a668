import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { look, route } from "../../route.ts";
import { words } from "../../words/words.ts";
import type { Player } from "../player.ts";
import type { Events } from "../timeline/events.ts";
import type { Chart } from "./chart.ts";
import { chartOfSeries, chartsOf } from "./chart-table.ts";
import { NumberTable } from "./number-table.tsx";
import { SeriesChoice } from "./series-choice.tsx";
import { TimeChart } from "./time-chart.tsx";

type Props = { recording: Recording; player: Player; events: Events };

/** Between the names of series in the hash. */
const BETWEEN = "~";
const NARROWEST = 360;
const GAP = 16;

/** The run in curves: the evidence that somebody asked for, what a run like this has to show, and what was added. */
export function Charts({ recording, player, events }: Props) {
  const { value: say } = words;
  const grid = useRef<HTMLDivElement>(null);
  const width = useColumnWidth(grid);
  const chosen = useComputed(() => seriesIn(route.value.view.series));
  const evidence = useComputed(() => route.value.view.evidence ?? "");
  const usual = useMemo(() => chartsOf(recording, say), [recording, say]);
  const proof = useMemo(() => chartOfSeries(recording, evidence.value, "evidence"), [recording, evidence.value]);
  const added = useMemo(
    () => chosen.value.map((name) => chartOfSeries(recording, name, "chosen")).filter((each) => each !== undefined),
    [recording, chosen.value],
  );
  const charts: Chart[] = [...(proof === undefined ? [] : [proof]), ...usual, ...added];
  return (
    <section class="panel charts" aria-label={say.charts}>
      <h2>{say.charts}</h2>
      <div class="grid" ref={grid}>
        {width > 0 &&
          charts.map((chart) => (
            <TimeChart key={keyOf(chart)} chart={chart} player={player} events={events} width={width} />
          ))}
      </div>
      <NumberTable charts={charts} player={player} />
      <SeriesChoice
        recording={recording}
        chosen={chosen.value}
        choose={(names) => look({ series: names.join(BETWEEN) })}
      />
    </section>
  );
}

function seriesIn(text = ""): readonly string[] {
  return [...new Set(text.split(BETWEEN).filter((name) => name !== ""))];
}

function keyOf({ name, curves }: Chart): string {
  return name === "evidence" || name === "chosen" ? `${name} ${curves[0]!.label}` : name;
}

/** The width of one of as many columns as fit; all charts are equally wide, so that a moment is at the same place on all. */
function useColumnWidth(grid: { readonly current: HTMLDivElement | null }): number {
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const all = entry!.contentRect.width;
      const columns = Math.max(1, Math.floor((all + GAP) / (NARROWEST + GAP)));
      width.value = Math.floor((all - (columns - 1) * GAP) / columns);
    });
    observer.observe(grid.current!);
    return () => observer.disconnect();
  }, [grid, width]);
  return width.value;
}
