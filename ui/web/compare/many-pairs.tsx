import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Comparison } from "../../../scenarios/study/comparison.ts";
import type { PairedMeasure } from "../../../scenarios/study/paired-measure.ts";
import { startEngine } from "../engine/start-engine.ts";
import { sourceOf } from "../files/run-source.ts";
import { linesOf, route } from "../route.ts";
import { SweepWork } from "../sweep/sweep-work.ts";
import { words } from "../words/words.ts";

const RUNS = 20;
/** From fewer pairs an interval says more about luck than about the change. */
const FEWEST = 5;

/** The same comparison over many replications, pair by pair. */
export function ManyPairs({ of }: { of: string }) {
  const { value: say } = words;
  const work = useSignal<SweepWork | undefined>(undefined);
  useEffect(() => () => work.peek()?.close(), [work]);
  const begin = async () => {
    const { a, b, seta, setb, seed, s: link } = route.peek().view;
    const source = await sourceOf(of, link);
    if (source === undefined || !("input" in source)) return;
    work.peek()?.close();
    const own = new SweepWork(source.input, startEngine);
    work.value = own;
    const sides = {
      a: { variant: a || undefined, overrides: linesOf(seta) },
      b: { variant: b || undefined, overrides: linesOf(setb) },
    };
    await own.run({ study: "comparison", ...sides, seed: seed || undefined, replications: RUNS });
  };
  const progress = work.value?.progress.value;
  const found = work.value?.found.value;
  return (
    <section class="panel pairs" aria-label={say.compare.runMany(RUNS)}>
      <div class="row">
        {work.value?.isRunning.value ? (
          <button type="button" onClick={() => work.value?.cancel()}>
            {say.sweep.cancel}
          </button>
        ) : (
          <button type="button" onClick={() => void begin()}>
            {say.compare.runMany(RUNS)}
          </button>
        )}
        {progress !== undefined && <span role="status">{say.sweep.done(progress.done, progress.known)}</span>}
      </div>
      {work.value?.failed.value !== undefined && <p role="alert">{say.failed(work.value.failed.value)}</p>}
      {found?.study === "comparison" && found.answer.pairs > 0 && <Told comparison={found.answer} />}
    </section>
  );
}

function Told({ comparison }: { comparison: Comparison }) {
  const { compare: say } = words.value;
  const { pairs, goodput, measures, outages, better } = comparison;
  return (
    <>
      <p data-pairs={pairs}>{say.pairs(pairs)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.metric}</th>
            <th scope="col">{say.mean("A")}</th>
            <th scope="col">{say.mean("B")}</th>
            <th scope="col">{say.difference}</th>
            <th scope="col">{say.interval}</th>
            <th scope="col">{say.correlation}</th>
            <th scope="col">n</th>
          </tr>
        </thead>
        <tbody>
          {[goodput, ...measures].map((measure) => (
            <MeasureRow key={measure.measure} measure={measure} />
          ))}
        </tbody>
      </table>
      <ul>
        {(["complete", "any"] as const).map((which) => {
          const { both, onlyA, onlyB, neither, p } = outages[which];
          return (
            <li key={which}>
              {say.outages[which]}: {say.discordant(both, onlyA, onlyB, neither, p.toPrecision(2))}
            </li>
          );
        })}
      </ul>
      <p>
        <strong>{better === null ? say.notSure : say.better(better.side.toUpperCase())}</strong>
      </p>
    </>
  );
}

function MeasureRow({ measure: { measure, unit, paired } }: { measure: PairedMeasure }) {
  const { compare: say } = words.value;
  if (paired === null) return null;
  const { a, b, difference, correlation } = paired;
  const { low, high, n } = difference;
  const hasInterval = n >= FEWEST && low !== undefined && high !== undefined;
  return (
    <tr>
      <th scope="row">{unit === "" ? measure : `${measure} (${unit})`}</th>
      <td>{short(a.mean)}</td>
      <td>{short(b.mean)}</td>
      <td>{short(difference.mean)}</td>
      <td>{hasInterval ? `${short(low)} – ${short(high)}` : say.noInterval}</td>
      <td>{correlation === null ? "–" : short(correlation)}</td>
      <td>{n}</td>
    </tr>
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
