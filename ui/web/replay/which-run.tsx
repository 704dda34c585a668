import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { look, route } from "../route.ts";
import { words } from "../words/words.ts";

const DEFAULT_RUNS = 20;
const MOST_RUNS = 1000;

/** Which of many runs is played, and a way to see how the others come out. Their code is fetched when they are wanted. */
export function WhichRun({ recording }: { recording: Recording }) {
  const { value: say } = words;
  const { seed, replication } = recording.header;
  const asked = runsIn(route.value.view.runs);
  const count = useSignal(asked ?? DEFAULT_RUNS);
  const study = useSignal<typeof import("./many-runs-panel.tsx") | undefined>(undefined);
  useEffect(() => {
    if (asked === undefined) return;
    void import("./many-runs-panel.tsx").then((loaded) => {
      study.value = loaded;
    });
  }, [asked, study]);
  return (
    <section class="panel many-runs" aria-label={say.whichRun}>
      <p>
        <strong>{say.replication(replication, seed)}</strong>
      </p>
      {asked !== undefined && study.value !== undefined ? (
        <study.value.ManyRunsPanel recording={recording} wanted={asked} />
      ) : (
        <div class="row">
          <span class="quiet">{say.oneOfMany}</span>
          <label class="row">
            {say.howMany}
            <input
              type="number"
              min={2}
              max={MOST_RUNS}
              value={count.value}
              onInput={({ currentTarget }) => {
                count.value = runsIn(currentTarget.value) ?? DEFAULT_RUNS;
              }}
            />
          </label>
          <button type="button" aria-busy={asked !== undefined} onClick={() => look({ runs: String(count.value) })}>
            {say.runMore(count.value)}
          </button>
        </div>
      )}
    </section>
  );
}

/** A number of runs that can be asked for; undefined for anything else. */
function runsIn(text: string | undefined): number | undefined {
  const count = Number(text ?? Number.NaN);
  return Number.isInteger(count) && count >= 2 && count <= MOST_RUNS ? count : undefined;
}
