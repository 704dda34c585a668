import { useEffect, useMemo } from "preact/hooks";
import { percent } from "../../../scenarios/experiment/figures.ts";
import type { OutageClass } from "../../../scenarios/experiment/outage.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { type Count, tableOf } from "../../../scenarios/study/outcome-table.ts";
import type { Representative } from "../../../scenarios/study/representative.ts";
import { hashOf, route } from "../route.ts";
import { words } from "../words/words.ts";
import { goodputOverTime } from "./fan.ts";
import { cancelRuns, type ManyRuns, manyRuns, runsOf, startRuns } from "./many-runs.ts";
import { GLYPHS } from "./verdict.tsx";

/** How many replications come out, as far as they have been done: counts with intervals, and which of them to look at. */
export function ManyRunsPanel({ recording, wanted }: { recording: Recording; wanted: number }) {
  const of = runsOf(route.value);
  const variant = recording.header.variant || undefined;
  const { overrides } = recording.result;
  useEffect(() => {
    const known = manyRuns.peek();
    if (known?.of !== of || known.wanted !== wanted) startRuns({ variant, overrides }, wanted);
  }, [of, wanted]);
  const { value: runs } = manyRuns;
  if (runs?.of !== of) return null;
  if (!runs.isPossible) return <p>{words.value.oneRunOnly}</p>;
  return <Known runs={runs} recording={recording} />;
}

function Known({ runs, recording }: { runs: ManyRuns; recording: Recording }) {
  const { value: say } = words;
  const { outcomes, wanted, failed, isRunning } = runs;
  const table = useMemo(() => tableOf(outcomes), [outcomes]);
  const classes = (["complete", "partial", "none"] as const).filter((outage) => table.outages[outage].k > 0);
  return (
    <>
      {table.representative !== null && <Standing representative={table.representative} recording={recording} />}
      <ul class="outcome-counts">
        {classes.map((outage) => (
          <li key={outage}>
            <span aria-hidden="true">{GLYPHS[outage]}</span> {countText(table.outages[outage], outage)}
          </li>
        ))}
      </ul>
      <div class="row" role="status">
        {isRunning && <progress max={wanted} value={outcomes.length + failed} aria-label={say.whichRun} />}
        <span>{say.runsDone(outcomes.length, wanted)}</span>
        {failed > 0 && <span>{say.runsFailed(failed)}</span>}
        {isRunning && (
          <button type="button" onClick={cancelRuns}>
            {say.cancel}
          </button>
        )}
      </div>
      {outcomes.length > 1 && <Fan runs={runs} recording={recording} />}
    </>
  );
}

function countText({ k, n, low, high }: Count, outage: OutageClass): string {
  const { value: say } = words;
  return say.countOf(k, n, Math.round(low * 100), Math.round(high * 100), say.runsWith[outage]);
}

/** What the run that is played is among those that were done, and links to those that stand for all. */
function Standing({ representative, recording }: { representative: Representative; recording: Recording }) {
  const { value: say } = words;
  const { median, lowest, highest, n } = representative;
  const { replication } = recording.header;
  const [isMedian, isWorst, isBest] = [median, lowest, highest].map((run) => run.replication === replication);
  if (n > 1 && lowest.value === highest.value) return <p>{say.allAlike(n)}</p>;
  const links = [
    { word: say.median, run: median },
    { word: say.worst, run: lowest },
    { word: say.best, run: highest },
  ];
  return (
    <div class="row">
      <strong>{say.standing(isMedian === true, isWorst === true, isBest === true, n)}</strong>
      {links.map(({ word, run }) => (
        <a key={word} class="button" href={linkTo(run.replication)} aria-current={run.replication === replication}>
          {word} ({say.byGoodput(run.replication, percent(run.value / 100))})
        </a>
      ))}
    </div>
  );
}

function linkTo(replication: number): string {
  const { t: _t, sel: _sel, evidence: _evidence, ...view } = route.value.view;
  return hashOf({ ...route.value, view: { ...view, replication: String(replication) } });
}

/** Goodput over time of every run, and on top that of the one that is played. */
function Fan({ runs: { courses, outcomes }, recording }: { runs: ManyRuns; recording: Recording }) {
  const { loads, goodput } = recording.result;
  const own = useMemo(() => {
    const isTotal = (path: string) => loads.some((load) => load.path === path);
    return goodputOverTime(goodput.filter(({ path, name }) => name === "goodput" && isTotal(path)));
  }, [loads, goodput]);
  const { replication } = recording.header;
  const others = courses.filter((_, at) => outcomes[at]!.replication !== replication);
  const seconds = Math.max(1, ...courses.map((course) => course.length));
  const about = words.value.fanAbout(others.length);
  return (
    <figure>
      <svg class="fan" viewBox={`0 0 ${seconds} 100`} preserveAspectRatio="none" role="img" aria-label={about}>
        {others.map((course, at) => (
          <polyline key={outcomes[at]!.replication} points={pointsOf(course)} />
        ))}
        <polyline class="this-run" points={pointsOf(own)} />
      </svg>
      <figcaption class="quiet">{about}</figcaption>
    </figure>
  );
}

/** At most some 300 points, the lowest of each stretch, so that no outage is lost. */
function pointsOf(course: readonly number[]): string {
  const stride = Math.max(1, Math.ceil(course.length / 300));
  const points: string[] = [];
  for (let second = 0; second < course.length; second += stride) {
    const least = Math.min(...course.slice(second, second + stride).filter((share) => !Number.isNaN(share)));
    if (least < Number.POSITIVE_INFINITY) points.push(`${second},${(100 - least * 100).toFixed(1)}`);
  }
  return points.join(" ");
}
