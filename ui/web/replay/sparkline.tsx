import { levelFor } from "../../../scenarios/recording/bins.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Evidence } from "./evidence.ts";

const WIDTH = 96;
const HEIGHT = 22;

/** A series over the whole run at a glance, with the limit that it reached and the instant that is meant. */
export function Sparkline({ recording, evidence, at }: { recording: Recording; evidence: Evidence; at: number }) {
  const { bins, binWidth } = recording.header;
  const { span, max } = levelFor(recording, evidence.series, bins / WIDTH);
  const most = max.reduce((a, b) => Math.max(a, b), evidence.limit ?? 0) || 1;
  const across = (bin: number) => ((bin / Math.max(1, bins)) * WIDTH).toFixed(1);
  const up = (value: number) => (HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1);
  const line = Array.from(max, (value, point) => `${across(point * span)},${up(value)}`).join(" ");
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img">
      <title>{evidence.name}</title>
      {evidence.limit !== undefined && (
        <line class="limit" x1={0} x2={WIDTH} y1={up(evidence.limit)} y2={up(evidence.limit)} />
      )}
      <line class="instant" x1={across(at / binWidth)} x2={across(at / binWidth)} y1={0} y2={HEIGHT} />
      <polyline points={line} />
    </svg>
  );
}
