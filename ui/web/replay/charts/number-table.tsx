import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language } from "../../settings.ts";
import { reasonText, unitText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import { type Chart, figureText, valueAt } from "./chart.ts";

/** Numbers that change faster cannot be read. */
const EVERY_MS = 100;

/** What the curves are at the moment, in numbers. */
export function NumberTable({ charts, player }: { charts: readonly Chart[]; player: Player }) {
  const isOpen = useSignal(false);
  const time = useSlowTime(player);
  const { value: say } = words;
  return (
    <details
      class="numbers"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>{say.numbersAt(clockOf(time))}</summary>
      {isOpen.value && (
        <table>
          <thead>
            <tr>
              {[say.chart, say.series, say.mean, say.least, say.most, say.limitColumn].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {charts.map((chart) => (
              <Rows key={chart.name + chart.curves[0]!.label} chart={chart} time={time} />
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

function Rows({ chart, time }: { chart: Chart; time: number }) {
  const limits = chart.thresholds.map(({ label, value }) => `${label}: ${value}`).join("; ");
  return (
    <>
      {chart.curves.map((curve) => {
        const value = valueAt(curve, chart.step, time);
        const figures = value === undefined ? [] : [value.mean, value.min, value.max];
        return (
          <tr key={curve.label} data-series={curve.label}>
            <td>
              {words.value.chartNames[chart.name]} ({unitText(chart.unit, language.value)})
            </td>
            <th scope="row">{reasonText(curve.label, language.value)}</th>
            {[0, 1, 2].map((at) => (
              <td key={at} class="figure">
                {figures[at] === undefined ? "–" : figureText(figures[at])}
              </td>
            ))}
            <td>{limits}</td>
          </tr>
        );
      })}
    </>
  );
}

/** The moment of a player at most ten times a second, and the last one in any case. */
function useSlowTime(player: Player): number {
  const time = useSignal(player.time.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      time.value = player.time.peek();
    };
    const stop = player.time.subscribe((now) => {
      if (timer !== undefined || now === time.peek()) return;
      time.value = now;
      timer = setTimeout(tell, EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [player, time]);
  return time.value;
}
