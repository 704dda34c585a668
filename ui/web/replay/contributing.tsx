import { clock } from "../../../scenarios/experiment/clock.ts";
import type { FactGroup } from "../../../scenarios/experiment/fact-group.ts";
import { words } from "../words/words.ts";
import { evidenceOf } from "./evidence.ts";
import { show } from "./selection.ts";
import type { StoryProps } from "./story-props.ts";

/** Contributing causes that are told; more than these tire the reader. */
const LETTERS = "abcdefghijklmn";

/** The letter by which steps refer to a contributing cause; undefined for those that are not told. */
export function letterOf(at: number): string | undefined {
  return LETTERS[at];
}

/** What else led to the outage, facts of one sort told as one. */
export function Contributing({ recording, player, story }: StoryProps) {
  const { value: say } = words;
  const { contributing } = story;
  if (contributing.length === 0) return null;
  const more = contributing.length - LETTERS.length;
  return (
    <details class="contributing">
      <summary>
        {say.contributed} ({contributing.length})
      </summary>
      <ul>
        {contributing.slice(0, LETTERS.length).map((group, at) => (
          <li key={group.facts[0]!.id}>
            <span class="letter">{letterOf(at)}</span>
            <button
              type="button"
              class="jump"
              onClick={() => {
                const [fact] = group.facts;
                show(player, group.from, fact!.component, evidenceOf(fact!, recording.header));
              }}
            >
              <span class="moment">{spanOf(group)}</span> {group.text}
            </button>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">{say.andMoreSorts(more)}</p>}
    </details>
  );
}

/** From when the first of the facts began to when the last did. */
export function spanOf({ from, until }: FactGroup): string {
  return until === from ? clock(from) : `${clock(from)} – ${clock(until)}`;
}
