import { useMemo } from "preact/hooks";
import { CATALOGUE } from "../library/catalogue.ts";
import { route } from "../route.ts";
import { words } from "../words/words.ts";
import { type Try, triesOf } from "./counterfactual.ts";
import type { StoryProps } from "./story-props.ts";

/** So many are told at once. */
const FEW = 6;

/** Links to second runs that differ from this one in one thing. */
export function Tries({ recording: { header }, story }: StoryProps) {
  const { value: say } = words;
  const { value: base } = route;
  const tries = useMemo(() => {
    const variants = CATALOGUE.find(({ name }) => name === base.of)?.variants ?? [];
    return triesOf(story.chain, header, variants, base);
  }, [story, header, base]);
  if (tries.length === 0) return null;
  return (
    <div class="tries">
      <h3>{story.subject === undefined ? say.whatElse : say.whatMightHelp}</h3>
      <p class="quiet">{say.samePeople}</p>
      <TryList tries={tries.slice(0, FEW)} />
      {tries.length > FEW && (
        <details>
          <summary>{say.moreTries(tries.length - FEW)}</summary>
          <TryList tries={tries.slice(FEW)} />
        </details>
      )}
    </div>
  );
}

function TryList({ tries }: { tries: readonly Try[] }) {
  return (
    <ul>
      {tries.map(({ href, change, about }) => (
        <li key={href}>
          <a class="button" href={href}>
            {words.value.tryIt(change)}
          </a>{" "}
          {about !== undefined && <span lang="en">{about}</span>}
        </li>
      ))}
    </ul>
  );
}
