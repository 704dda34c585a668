import { clock } from "../../../scenarios/experiment/clock.ts";
import type { FailureCause, FailureReason } from "../../../scenarios/experiment/explanation.ts";
import { percent, whole } from "../../../scenarios/experiment/figures.ts";
import { language } from "../settings.ts";
import { reasonText } from "../words/journal-words.ts";
import { words } from "../words/words.ts";
import { spanOf } from "./contributing.tsx";
import { evidenceOf } from "./evidence.ts";
import { show } from "./selection.ts";
import type { StoryProps } from "./story-props.ts";

/** What made single attempts fail: reasons with their shares, and for each its causes. */
export function Failures({ story, ...run }: StoryProps) {
  const { value: say } = words;
  const { failures, sampled } = story;
  const all = failures.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return <p class="quiet">{say.noneFailed}</p>;
  return (
    <details class="failures">
      <summary>{say.whatFailed(whole(all))}</summary>
      {sampled < all && <p class="quiet">{say.sampled(whole(sampled))}</p>}
      <ul>
        {failures.map((failure) => (
          <Reason key={failure.reason} failure={failure} story={story} {...run} />
        ))}
      </ul>
    </details>
  );
}

function Reason({ failure, ...run }: StoryProps & { failure: FailureReason }) {
  const { value: say } = words;
  const { reason, count, share, causes, others, ownDemand } = failure;
  return (
    <li>
      <strong>{percent(share)}</strong> {reasonText(reason, language.value)}{" "}
      <span class="quiet">({say.attempts(whole(count))})</span>
      <ul>
        {causes.map((cause) => (
          <Cause key={cause.group.facts[0]!.id} cause={cause} {...run} />
        ))}
        {others > 0 && (
          <li>
            {percent(others)} {say.rarerCauses}
          </li>
        )}
        {ownDemand > 0 && (
          <li>
            {percent(ownDemand)} {say.ownDemand}
          </li>
        )}
      </ul>
    </li>
  );
}

function Cause({ cause: { group, share, root }, recording, player, story }: StoryProps & { cause: FailureCause }) {
  const { value: say } = words;
  const [fact] = group.facts;
  const step = story.chain.findIndex(({ id }) => id === root.id) + 1;
  const isRoot = group.facts.some(({ id }) => id === root.id);
  return (
    <li>
      <button
        type="button"
        class="jump"
        onClick={() => show(player, group.from, fact!.component, evidenceOf(fact!, recording.header))}
      >
        {percent(share)} {group.text}, <span class="moment">{spanOf(group)}</span>
      </button>
      {!isRoot && (
        <span class="quiet"> {say.goesBackTo(step > 0 ? say.step(step) : `${clock(root.at)} ${root.text}`)}</span>
      )}
    </li>
  );
}
