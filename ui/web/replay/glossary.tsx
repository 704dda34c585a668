import { useMemo } from "preact/hooks";
import { language } from "../settings.ts";
import { termsIn } from "../words/glossary.ts";
import { words } from "../words/words.ts";
import type { StoryProps } from "./story-props.ts";

/** The terms that the story uses and that are not translated, each explained once. */
export function Glossary({ recording, story }: StoryProps) {
  const { chain, contributing, failures } = story;
  const terms = useMemo(() => {
    const groups = [...contributing, ...failures.flatMap(({ causes }) => causes.map(({ group }) => group))];
    const checks = recording.result.checks.map(({ check }) => check);
    return termsIn([...[...chain, ...groups].map(({ text }) => text), ...checks].join("\n"));
  }, [chain, contributing, failures, recording]);
  if (terms.length === 0) return null;
  return (
    <details class="glossary">
      <summary>{words.value.glossary}</summary>
      <dl>
        {terms.map(({ term, ...meaning }) => (
          <div key={term}>
            <dt>
              <code>{term}</code>
            </dt>
            <dd>{meaning[language.value]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
