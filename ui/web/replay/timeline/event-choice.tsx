import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { look, route } from "../../route.ts";
import { language } from "../../settings.ts";
import { factKindText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import { hiddenKinds, textOfKinds } from "./events.ts";

/** Which kinds of events are flags, and stops on the way from event to event. */
export function EventChoice({ recording }: { recording: Recording }) {
  const { value: say } = words;
  const hidden = hiddenKinds(route.value.view.without ?? "");
  const counts = new Map<string, number>();
  for (const { fact } of recording.result.journal) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  const hide = (kinds: Iterable<string>) => look({ without: textOfKinds(kinds) });
  return (
    <details class="event-choice">
      <summary>
        {say.eventKinds} ({counts.size - [...counts.keys()].filter((kind) => hidden.has(kind)).length}/{counts.size})
      </summary>
      <p class="row">
        <button type="button" onClick={() => hide([])}>
          {say.allEvents}
        </button>
        <button type="button" onClick={() => hide(counts.keys())}>
          {say.noEvents}
        </button>
      </p>
      <ul class="row">
        {[...counts].map(([kind, count]) => (
          <li key={kind}>
            <label>
              <input
                type="checkbox"
                checked={!hidden.has(kind)}
                onChange={({ currentTarget }) => {
                  const others = [...hidden].filter((each) => each !== kind);
                  hide(currentTarget.checked ? others : [...others, kind]);
                }}
              />{" "}
              {factKindText(kind, language.value)} ({count})
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
