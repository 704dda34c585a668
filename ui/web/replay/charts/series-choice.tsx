import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { language } from "../../settings.ts";
import { unitText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import { nameOf, recordedIn } from "./chart-table.ts";

type Props = { recording: Recording; chosen: readonly string[]; choose: (names: readonly string[]) => void };

/** Charts of further series, by component and metric. */
export function SeriesChoice({ recording, chosen, choose }: Props) {
  const { value: say } = words;
  const component = useSignal("");
  const metric = useSignal("");
  const all = useMemo(() => recordedIn(recording), [recording]);
  const paths = useMemo(() => [...new Set(all.map(({ path }) => path))], [all]);
  const metrics = all.filter(({ path }) => path === component.value);
  const asked = metrics.find(({ name }) => name === metric.value) ?? metrics[0];
  return (
    <form
      class="row series-choice"
      onSubmit={(event) => {
        event.preventDefault();
        if (asked !== undefined) choose([...chosen, nameOf(asked)]);
      }}
    >
      <label>
        {say.component}{" "}
        <input
          list="series-components"
          value={component.value}
          onInput={({ currentTarget }) => {
            component.value = currentTarget.value;
          }}
        />
      </label>
      <datalist id="series-components">
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      <label>
        {say.metric}{" "}
        <select
          value={asked?.name ?? ""}
          disabled={metrics.length === 0}
          onChange={({ currentTarget }) => {
            metric.value = currentTarget.value;
          }}
        >
          {metrics.map(({ name, unit }) => (
            <option key={name} value={name}>
              {name} ({unitText(unit, language.value)})
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={asked === undefined}>
        {say.addSeries}
      </button>
      {chosen.map((name) => (
        <button
          type="button"
          key={name}
          title={say.removeSeries(name)}
          onClick={() => choose(chosen.filter((each) => each !== name))}
        >
          ✕ <span class="unseen">{say.removeSeries(name)}</span>
          <span aria-hidden="true">{name}</span>
        </button>
      ))}
    </form>
  );
}
