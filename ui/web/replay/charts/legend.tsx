import { language } from "../../settings.ts";
import { reasonText } from "../../words/journal-words.ts";
import type { Chart } from "./chart.ts";
import { COLOURS, dashOf } from "./series-style.ts";

/** Which line is which, and what the levels are. */
export function Legend({ chart: { curves, thresholds } }: { chart: Chart }) {
  return (
    <ul class="row legend">
      {curves.map(({ label }, at) => (
        <li key={label}>
          <Sample dash={dashOf(curves, at)} colour={COLOURS[at % COLOURS.length]!} />
          {reasonText(label, language.value)}
        </li>
      ))}
      {thresholds.map(({ label, value }) => (
        <li key={label}>
          <Sample dash={[10, 5]} colour="--bad" />
          {label}: {value}
        </li>
      ))}
    </ul>
  );
}

function Sample({ dash, colour }: { dash: readonly number[]; colour: string }) {
  return (
    <svg width={28} height={10} aria-hidden="true">
      <line x1={0} x2={28} y1={5} y2={5} stroke={`var(${colour})`} stroke-width={2} stroke-dasharray={dash.join(" ")} />
    </svg>
  );
}
