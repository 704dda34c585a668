import { words } from "../../words/words.ts";
import { dotsAt, requestsPerDot } from "./flow.ts";
import { roughly } from "./number-text.ts";
import { SIGNS } from "./picture-table.tsx";
import { POD_STATES } from "./pod-states.ts";
import type { Moment } from "./reading.ts";
import type { Stage, View } from "./scene.ts";

/** Dots that the scale of the legend tells the rates of, of 24 at the most. */
const SCALE = [1, 8, 24];

/** What the glyphs, cells and dots stand for. */
export function Legend({ stage, moment, flow }: { stage: Stage; moment: Moment; flow: View["flow"] }) {
  const { value: say } = words;
  const dots = dotsAt(stage.flows, moment.bin, stage.busiest);
  const perDot = requestsPerDot(stage.flows, moment.bin, dots);
  const scale = SCALE.map((count) => say.stage.dotsFor(count, roughly(stage.busiest * (count / 24) ** 2))).join(", ");
  const zones = stage.reader.recording.header.zones.length;
  return (
    <section class="stage-legend quiet" aria-label={say.stage.legend}>
      <ul>
        {POD_STATES.map((state) => (
          <li key={state}>
            {SIGNS[state]} {say.stage.states[state]}
          </li>
        ))}
        <li>■ {say.stage.ownerNames.used}</li>
        {zones > 1 && (
          <li>
            ▨ {say.stage.ownerNames.used} ({stage.reader.recording.header.zones.slice(1).join(", ")})
          </li>
        )}
        <li>□ {say.stage.ownerNames.idle}</li>
        <li>⊟ {say.stage.ownerNames.connecting}</li>
        <li>⊡ {say.stage.ownerNames.other}</li>
      </ul>
      <p data-dot-legend>
        {flow === "lines" && say.stage.linesOnly}
        {flow === "dots" && (perDot === 0 ? say.stage.noDots : say.stage.dot(roughly(perDot)))}
        {flow === "dots" && `; ▪ ${say.stage.wellDot}, ◆ ${say.stage.failedDot}; ${say.stage.dotScale(scale)}`}
      </p>
      <p>
        {say.stage.whichPods} {say.stage.noLimit}
      </p>
    </section>
  );
}
