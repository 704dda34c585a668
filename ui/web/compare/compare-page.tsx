import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { clockOf } from "../replay/clock.ts";
import { type OpenedRun, openRun } from "../replay/opened-run.ts";
import { Player } from "../replay/player.ts";
import { StagePanel } from "../replay/stage/stage-panel.tsx";
import { useEvents } from "../replay/timeline/events.ts";
import { Timeline } from "../replay/timeline/timeline.tsx";
import { linesOf, route } from "../route.ts";
import { words } from "../words/words.ts";
import { Courses } from "./courses.tsx";
import { ManyPairs } from "./many-pairs.tsx";
import { MetricTable } from "./metric-table.tsx";
import { partedAt, partingOf } from "./parting.ts";

/** Two runs on one clock, which the same people come to: what does a change do? */
export function ComparePage({ of }: { of: string }) {
  const { a, b, seta, setb, seed, replication, s: link } = route.value.view;
  const opened = useMemo(() => {
    const order = { seed, replication: wholeNumber(replication) };
    return [
      openRun(of, link, { ...order, variant: a || undefined, overrides: linesOf(seta) }),
      openRun(of, link, { ...order, variant: b || undefined, overrides: linesOf(setb) }),
    ] as const;
  }, [of, link, a, b, seta, setb, seed, replication]);
  useEffect(
    () => () => {
      for (const run of opened) run.close();
    },
    [opened],
  );
  const [first, second] = opened.map(({ state }) => state.value);
  const { value: say } = words;
  return (
    <article class="compare">
      <h1>{say.compare.title(of)}</h1>
      <Change />
      {first?.is === "here" && second?.is === "here" && first.isWhole && second.isWhole ? (
        <Pair of={of} a={first.recording} b={second.recording} />
      ) : (
        opened.map((run, at) => <Waiting key={at === 0 ? "a" : "b"} of={of} side={"AB"[at]!} run={run} />)
      )}
    </article>
  );
}

function Waiting({ of, side, run }: { of: string; side: string; run: OpenedRun }) {
  const { value: say } = words;
  const { value: state } = run.state;
  const label = `${say.compare.side(side)}: `;
  if (state.is === "unknown") return <p role="alert">{label + say.notFound(of)}</p>;
  if (state.is === "failed") return <p role="alert">{label + say.failed(state.message)}</p>;
  if (state.is === "badLink") return <p role="alert">{say.badLink[state.why]}</p>;
  if (state.is === "refused") {
    return <p role="alert">{label + state.problems.map(({ wrong, right }) => `${wrong}; ${right}`).join(" ")}</p>;
  }
  return <p aria-busy="true">{label + say.computing(Math.floor(run.computed.value * 100))}</p>;
}

/** What is changed on each side. */
function Change() {
  const { value: say } = words;
  const { a = "", b = "", seta, setb } = route.value.view;
  const [as, bs] = [linesOf(seta), linesOf(setb)];
  const isSame = a === b && as.join("\n") === bs.join("\n");
  const paths = [...new Set([...as, ...bs].map(pathOf))];
  const valueIn = (all: readonly string[], path: string) =>
    all.find((each) => pathOf(each) === path)?.slice(path.length + 1) ?? say.asItStands;
  const differing = paths.filter((path) => valueIn(as, path) !== valueIn(bs, path));
  return (
    <section class="panel" aria-label={say.compare.change}>
      {isSame && <p>{say.compare.same}</p>}
      <ul class="change">
        {a !== b && (
          <li>
            {say.variants}: {a || say.asItStands} → {b || say.asItStands}
          </li>
        )}
        {differing.map((path) => (
          <li key={path}>
            <code>{path}</code>: {valueIn(as, path)} → {valueIn(bs, path)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pair({ of, a, b }: { of: string; a: Recording; b: Recording }) {
  const { value: say } = words;
  const duration = useComputed(() => Math.max(a.result.duration, b.result.duration));
  const end = useComputed(() => Math.max(a.result.reached, b.result.reached));
  const player = useMemo(() => new Player(duration, end), [duration, end]);
  useEffect(() => () => player.close(), [player]);
  const events = useEvents(b, player);
  return (
    <>
      <Parting a={a} b={b} player={player} />
      <Timeline recording={b} player={player} events={events} />
      <div class="sides">
        {[a, b].map((recording, at) => (
          <section key={at === 0 ? "a" : "b"} aria-label={say.compare.side("AB"[at]!)}>
            <h2>{say.compare.side("AB"[at]!)}</h2>
            <StagePanel recording={recording} player={player} />
          </section>
        ))}
      </div>
      <Courses a={a.result} b={b.result} />
      <MetricTable a={a.result} b={b.result} />
      <ManyPairs of={of} />
    </>
  );
}

/** Where the runs part, with a way to go there. */
function Parting({ a, b, player }: { a: Recording; b: Recording; player: Player }) {
  const { value: say } = words;
  const parting = useMemo(() => partingOf(a, b), [a, b]);
  const at = partedAt(parting);
  const isOneLuck = a.header.seed === b.header.seed && a.header.replication === b.header.replication;
  const strangers = parting.people.flatMap(({ load, at: from }) => (from === null ? [] : [{ load, from }]));
  return (
    <section class="panel parting" data-parted={at ?? ""}>
      {!isOneLuck && <p role="alert">{say.compare.otherLuck}</p>}
      {at === undefined ? (
        <p>
          <strong>{say.compare.identical}</strong>
        </p>
      ) : (
        <p class="row">
          <strong>{say.compare.identicalUntil(clockOf(at))}</strong>
          <button type="button" onClick={() => player.seek(at)}>
            {say.jump}
          </button>
        </p>
      )}
      <ul lang="en">
        {parting.event?.onlyA.map((text) => (
          <li key={`a ${text}`}>{say.compare.only("A", text)}</li>
        ))}
        {parting.event?.onlyB.map((text) => (
          <li key={`b ${text}`}>{say.compare.only("B", text)}</li>
        ))}
      </ul>
      {strangers.length === 0 && <p class="quiet">{say.compare.samePeople}</p>}
      {strangers.map(({ load, from }) => (
        <p key={load}>{say.compare.otherPeople(load, clockOf(from))}</p>
      ))}
    </section>
  );
}

function pathOf(override: string): string {
  return override.split("=", 1)[0]!;
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
