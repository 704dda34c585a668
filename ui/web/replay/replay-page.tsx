import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { Again } from "../files/again.tsx";
import { openedRun } from "../files/opened.ts";
import { CATALOGUE } from "../library/catalogue.ts";
import { hashOf, route } from "../route.ts";
import { language } from "../settings.ts";
import { ExportButton } from "../share/export-button.tsx";
import { titleIn } from "../words/library-words.ts";
import { words } from "../words/words.ts";
import { Chain } from "./chain.tsx";
import { Charts } from "./charts/charts.tsx";
import { type OpenedRun, openRun } from "./opened-run.ts";
import { Player } from "./player.ts";
import { StagePanel } from "./stage/stage-panel.tsx";
import { useEvents } from "./timeline/events.ts";
import { Timeline } from "./timeline/timeline.tsx";
import { Verdict } from "./verdict.tsx";
import { WhichRun } from "./which-run.tsx";

/** Replays a run of a scenario of the library: the verdict first, then the cause, then the picture. */
export function ReplayPage({ of }: { of: string }) {
  const { variant, seed, replication, set, s: link } = route.value.view;
  const file = of.startsWith("@") ? openedRun.value : undefined;
  const opened = useMemo(
    () => openRun(of, link, { variant, overrides: overridesIn(set), seed, replication: wholeNumber(replication) }),
    [of, file, link, variant, set, seed, replication],
  );
  useEffect(() => () => opened.close(), [opened]);
  return <Opened of={of} opened={opened} />;
}

function Opened({ of, opened }: { of: string; opened: OpenedRun }) {
  const { value: say } = words;
  const { value: state } = opened.state;
  if (state.is === "badLink") return <p role="alert">{say.badLink[state.why]}</p>;
  if (state.is === "unknown" && of.startsWith("@")) return <p role="alert">{say.notOpenAnyMore}</p>;
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
  return <Replay of={of} recording={state.recording} opened={opened} isWhole={state.isWhole} />;
}

interface ReplayProps {
  readonly of: string;
  readonly recording: Recording;
  readonly opened: OpenedRun;
  readonly isWhole: boolean;
}

/** A run, or the part of it that has been computed. */
function Replay({ of, recording, opened, isWhole }: ReplayProps) {
  const { result } = recording;
  const duration = useComputed(() => lengthOf(opened, "duration"));
  const end = useComputed(() => lengthOf(opened, "reached"));
  const player = useMemo(() => new Player(duration, end), [duration, end]);
  useEffect(() => () => player.close(), [player]);
  const events = useEvents(recording, player);
  return (
    <article class="replay" data-digest={result.digest}>
      <div class="row title">
        <Title result={result} of={of} />
        <Onward of={of} />
        {of === "@file" && <Again recording={recording} />}
        {isWhole && <ExportButton of={of} recording={recording} player={player} />}
      </div>
      <Verdict recording={recording} player={player} isWhole={isWhole} />
      {isWhole && <WhichRun recording={recording} />}
      <Chain recording={recording} player={player} />
      <StagePanel recording={recording} player={player} />
      <Timeline recording={recording} player={player} events={events} />
      <Charts recording={recording} player={player} events={events} />
    </article>
  );
}

/** Leads to the text that the run was made from, and to a sweep of it; a recording of which there is no text has none. */
function Onward({ of }: { of: string }) {
  if (of === "@file" && openedRun.value?.input === undefined) return null;
  const { s = "" } = route.value.view;
  const { edit, sweep } = words.value;
  return (
    <>
      <a class="button" href={hashOf({ page: "edit", of, view: { s } })}>
        {edit.open}
      </a>
      <a class="button" href={hashOf({ page: "sweep", of, view: { s } })}>
        {sweep.open}
      </a>
    </>
  );
}

function Title({ result: { title }, of }: { result: Recording["result"]; of: string }) {
  const isOurs = CATALOGUE.some((entry) => entry.name === of && entry.title === title);
  const told = titleIn(language.value, isOurs ? of : "", title);
  return <h1 lang={told.lang}>{told.text}</h1>;
}

function lengthOf({ state }: OpenedRun, which: "duration" | "reached"): number {
  return state.value.is === "here" ? state.value.recording.result[which] : 0;
}

/** Changes "path=value", one a line. */
function overridesIn(set: string | undefined): readonly string[] {
  return set === undefined || set === "" ? [] : set.split("\n");
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
