import { useSignal } from "@preact/signals";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { sourceOf } from "../files/run-source.ts";
import type { Chart } from "../replay/charts/chart.ts";
import { chartOfSeries, chartsOf, nameOf, recordedIn } from "../replay/charts/chart-table.ts";
import type { Player } from "../replay/player.ts";
import { type Span, spanIn } from "../replay/timeline/zoom.ts";
import { route } from "../route.ts";
import { words } from "../words/words.ts";
import { canFilm, film } from "./animation.ts";
import { pngOf, svgOf } from "./chart-picture.tsx";
import { csvOf } from "./csv.ts";
import { download, fileName } from "./download.ts";
import { recordingFile, reportOf } from "./report.ts";

interface MenuProps {
  readonly of: string;
  readonly recording: Recording;
  readonly player: Player;
}

/** What can be taken away from a run: numbers, charts, the run itself, its scenario, and the moving picture. */
export function ExportMenu({ of, recording, player }: MenuProps) {
  const { value: say } = words;
  const charts = chartsOf(recording, say);
  const series = recordedIn(recording).map(nameOf);
  const { evidence } = route.value.view;
  const asked = useSignal(series.find((each) => each === evidence) ?? charts[0]?.name ?? series[0] ?? "");
  const state = useSignal("");
  const save = (kind: keyof typeof SAVES) => async () => {
    state.value = kind === "video" ? say.recordingVideo : "…";
    const chart = chartFor(recording, charts, asked.value);
    const work = { of, recording, player, chart, title: titleOf(recording, chart, asked.value) };
    state.value = await SAVES[kind](work).then(
      () => "",
      (error: unknown) => say.exportFailed(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <section class="row export-menu" aria-label={say.export}>
      <label>
        {say.exportSeries}{" "}
        <select value={asked.value} onChange={({ currentTarget }) => (asked.value = currentTarget.value)}>
          {charts.map(({ name }) => (
            <option key={name} value={name}>
              {say.chartNames[name]}
            </option>
          ))}
          {series.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Save label={say.exportCsv} onClick={save("csv")} />
      <Save label={say.exportSvg} onClick={save("svg")} />
      <Save label={say.exportPng} onClick={save("png")} />
      <Save label={say.exportReport} onClick={save("report")} />
      <Save label={say.exportRecording} onClick={save("recording")} />
      <Save label={say.exportScenario} onClick={save("scenario")} />
      {canFilm() ? <Save label={say.exportVideo} onClick={save("video")} /> : <span>{say.noVideo}</span>}
      <span role="status">{state.value}</span>
    </section>
  );
}

function Save({ label, onClick }: { label: string; onClick: () => Promise<void> }) {
  return (
    <button type="button" onClick={() => void onClick()}>
      {label}
    </button>
  );
}

interface Work extends MenuProps {
  readonly chart: Chart;
  readonly title: string;
}

const SAVES = {
  csv: async ({ recording, chart, title }: Work) =>
    download(fileName(title, ".csv"), csvOf(chart, shownOf(recording)), "text/csv"),
  svg: async ({ recording, chart, title }: Work) =>
    download(fileName(title, ".svg"), svgOf(chart, shownOf(recording), title), "image/svg+xml"),
  png: async ({ recording, chart, title }: Work) =>
    download(fileName(title, ".png"), await pngOf(svgOf(chart, shownOf(recording), title)), "image/png"),
  report: async ({ of, recording }: Work) =>
    download(`${runName(recording)}.html`, await reportOf(recording, await inputFor(of)), "text/html"),
  recording: async ({ recording }: Work) =>
    download(`${runName(recording)}.run.gz`, await recordingFile(recording), "application/gzip"),
  scenario: async ({ of }: Work) => {
    const input = await inputFor(of);
    if (input === undefined) throw new Error(words.value.notOpenAnyMore);
    download(input.file.split("/").at(-1)!, input.text, "application/yaml");
  },
  video: async ({ recording, player }: Work) => {
    const layers = [...document.querySelectorAll<HTMLCanvasElement>(".stage canvas")];
    const made = await film(layers, player);
    if (made === undefined) throw new Error(words.value.noVideo);
    download(`${runName(recording)}.webm`, made, made.type);
  },
} as const;

/** The scenario behind a page, if it is at hand. */
async function inputFor(of: string) {
  const source = await sourceOf(of === "@file" ? "@again" : of, route.value.view.s);
  return source !== undefined && "input" in source ? source.input : undefined;
}

function chartFor(recording: Recording, charts: readonly Chart[], asked: string): Chart {
  const chart = charts.find(({ name }) => name === asked) ?? chartOfSeries(recording, asked, "chosen") ?? charts[0];
  if (chart === undefined) throw new Error(words.value.exportSeries);
  return chart;
}

function titleOf(recording: Recording, { name }: Chart, asked: string): string {
  const what = name === "chosen" ? asked : words.value.chartNames[name];
  return `${runName(recording)} ${what}`;
}

function runName({ header: { name, variant, seed, replication } }: Recording): string {
  return fileName(name, variant, seed, String(replication));
}

/** The part of the run that the charts show. */
function shownOf({ result: { reached, duration } }: Recording): Span {
  return spanIn(route.value.view.zoom ?? "", duration) ?? { from: 0, until: reached };
}
