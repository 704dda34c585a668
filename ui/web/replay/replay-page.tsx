import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { route } from "../route.ts";
import { words } from "../words/words.ts";
import { Chain } from "./chain.tsx";
import { type OpenedRun, openRun } from "./opened-run.ts";
import { Player } from "./player.ts";
import { Transport } from "./transport.tsx";
import { Verdict } from "./verdict.tsx";

/** Replays a run of a scenario of the library: the verdict first, then the cause, then the picture. */
export function ReplayPage({ of }: { of: string }) {
  const { variant, seed, replication } = route.value.view;
  const opened = useMemo(
    () => openRun(of, { variant, overrides: [], seed, replication: wholeNumber(replication) }),
    [of, variant, seed, replication],
  );
  useEffect(() => () => opened.close(), [opened]);
  return <Opened of={of} opened={opened} />;
}

function Opened({ of, opened }: { of: string; opened: OpenedRun }) {
  const { value: say } = words;
  const { value: state } = opened.state;
  if (state.is === "unknown") return <p role="alert">{say.notFound(of)}</p>;
  if (state.is === "failed") return <p role="alert">{say.failed(state.message)}</p>;
  if (state.is === "refused") {
    return (
      <section role="alert">
        <h1>{say.wrongScenario}</h1>
        <ul>
          {state.problems.map(({ file, line, col, wrong, right }) => (
            <li key={`${line}:${col}:${wrong}`}>
              {file}:{line}:{col}: {wrong}; {right}
            </li>
          ))}
        </ul>
      </section>
    );
  }
  if (state.is === "waiting") return <p aria-busy="true">{say.computing(Math.floor(opened.computed.value * 100))}</p>;
  return <Replay recording={state.recording} opened={opened} />;
}

/** A run, or the part of it that has been computed. */
function Replay({ recording, opened }: { recording: Recording; opened: OpenedRun }) {
  const { result } = recording;
  const duration = useComputed(() => lengthOf(opened, "duration"));
  const end = useComputed(() => lengthOf(opened, "reached"));
  const player = useMemo(() => new Player(duration, end), [duration, end]);
  useEffect(() => () => player.close(), [player]);
  return (
    <article class="replay" data-digest={result.digest}>
      <h1>{result.title}</h1>
      <Verdict recording={recording} player={player} />
      <Chain result={result} player={player} />
      <Transport recording={recording} player={player} />
    </article>
  );
}

function lengthOf({ state }: OpenedRun, which: "duration" | "reached"): number {
  return state.value.is === "here" ? state.value.recording.result[which] : 0;
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
