import type { Recording } from "../../../scenarios/recording/recording.ts";
import { words } from "../words/words.ts";
import { clockOf } from "./clock.ts";
import type { Player } from "./player.ts";

/** What happened in a sentence, and each check, those that fail first. */
export function Verdict({ recording, player }: { recording: Recording; player: Player }) {
  const { value: say } = words;
  const { verdict, asExpected, checks } = recording.result;
  const failedFirst = [...checks].sort((a, b) => Number(a.holds) - Number(b.holds));
  return (
    <section class="panel verdict" aria-label={say.verdict}>
      <p>
        <strong>{verdict}</strong> <span class="quiet">({asExpected ? say.asExpected : say.notAsExpected})</span>
      </p>
      <ul aria-label={say.checks}>
        {failedFirst.map(({ check, holds, measured, unit, firstBroken }) => (
          <li key={check}>
            {holds ? `✓ ${say.holds}` : `✕ ${say.fails}`} <code>{check}</code>{" "}
            {measured !== null && (
              <span>
                {Number(measured.toPrecision(3))} {unit}
              </span>
            )}{" "}
            {firstBroken !== null && (
              <>
                {say.firstBroken(clockOf(firstBroken))}{" "}
                <button type="button" onClick={() => player.seek(firstBroken)}>
                  {say.jump}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
