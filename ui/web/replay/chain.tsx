import { useMemo } from "preact/hooks";
import { explanationOf } from "../../../scenarios/experiment/explanation.ts";
import type { RecordedResult } from "../../../scenarios/recording/recorded-result.ts";
import { words } from "../words/words.ts";
import { clockOf } from "./clock.ts";
import type { Player } from "./player.ts";

/** The chain of causes, from the action or limit that started it to the outage. */
export function Chain({ result, player }: { result: RecordedResult; player: Player }) {
  const explanation = useMemo(() => explanationOf(result), [result]);
  if (explanation === undefined || explanation.chain.length === 0) return null;
  return (
    <section class="panel chain" aria-label={words.value.why}>
      <h2>{words.value.why}</h2>
      <ol>
        {explanation.chain.map(({ id, at, text }) => (
          <li key={id}>
            <button type="button" onClick={() => player.seek(at)}>
              {clockOf(at)}
            </button>{" "}
            {text}
          </li>
        ))}
      </ol>
    </section>
  );
}
