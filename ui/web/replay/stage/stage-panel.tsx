import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import type { Micros } from "../../../../sim/time.ts";
import { look, route } from "../../route.ts";
import { isCalm } from "../../settings.ts";
import type { Words } from "../../words/en.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import { useShortcut } from "../timeline/use-shortcut.ts";
import { Inspector } from "./inspector.tsx";
import { Legend } from "./legend.tsx";
import { Picture } from "./picture.tsx";
import { isFound, PictureTable } from "./picture-table.tsx";
import { actorsOf, LEVELS, type Level, ownerOf, usualLevel } from "./plan.ts";
import type { Moment } from "./reading.ts";
import { Stage, type View } from "./scene.ts";

/** Faster than that dots are only a flicker. */
const FASTEST_FOR_DOTS = 60;
/** Words and numbers in the page change no more often than once in so many milliseconds while it is played. */
const TEXT_EVERY_MS = 100;
/** As in the style sheet. */
const NARROW = "(max-width: 719px)";

/** The system at the moment that is looked at: a picture, a table of it, and everything about what is selected. */
export function StagePanel({ recording, player }: { recording: Recording; player: Player }) {
  const { value: say } = words;
  const stage = useMemo(() => new Stage(recording), [recording]);
  const isReduced = useSignal(false);
  const onReduced = useMemo(
    () => (is: boolean) => {
      isReduced.value = is;
    },
    [isReduced],
  );
  const view = useView(stage, player);
  const time = useSlowTime(player);
  const moment = useMemo(() => stage.reader.at(time.value), [stage, time.value]);
  const actor = actorsOf(stage.plan).find(({ id }) => id === view.value.selected);
  const selected = actor === undefined ? undefined : stage.look(actor, moment, say);
  const find = useSignal("");
  const isNarrow = useNarrow();
  const hasTable = route.value.view.table === "1";
  return (
    <section class="panel stage" aria-label={say.stage.title}>
      <Tools stage={stage} level={view.value.level} flow={view.value.flow} hasTable={hasTable} find={find} />
      <Picture
        stage={stage}
        player={player}
        view={view}
        summary={summaryOf(stage, moment, time.value, say)}
        onReduced={onReduced}
      />
      {isReduced.value && <p class="quiet">{say.stage.reduced}</p>}
      <Legend stage={stage} moment={moment} flow={view.value.flow} />
      {(hasTable || isNarrow.value) && (
        <PictureTable stage={stage} moment={moment} selected={view.value.selected} find={find.value} />
      )}
      {selected === undefined ? (
        <p class="quiet">{say.stage.chooseOne}</p>
      ) : (
        <Inspector stage={stage} moment={moment} selected={selected} />
      )}
    </section>
  );
}

interface ToolsProps {
  readonly stage: Stage;
  readonly level: Level;
  readonly flow: "dots" | "lines";
  readonly hasTable: boolean;
  readonly find: { value: string };
}

/** How finely the picture shows pods, how it shows requests, the table, and where somebody is. */
function Tools({ stage, level, flow, hasTable, find }: ToolsProps) {
  const { value: say } = words;
  const box = useRef<HTMLInputElement>(null);
  const toggleTable = () => look({ table: hasTable ? "" : "1" });
  useShortcut("level1", () => look({ level: "zone" }));
  useShortcut("level2", () => look({ level: "node" }));
  useShortcut("level3", () => look({ level: "pod" }));
  useShortcut("tree", toggleTable);
  useShortcut("find", () => box.current?.focus());
  const goTo = (event: Event) => {
    event.preventDefault();
    const found = actorsOf(stage.plan).find((actor) => isFound(actor, find.value));
    box.current!.setCustomValidity(found === undefined ? say.stage.notFound : "");
    if (found === undefined) box.current!.reportValidity();
    else look({ sel: found.id });
  };
  return (
    <header class="row">
      <h2>{say.stage.title}</h2>
      <fieldset class="row">
        <legend class="unseen">{say.stage.level}</legend>
        {LEVELS.map((each) => (
          <button type="button" key={each} aria-pressed={each === level} onClick={() => look({ level: each })}>
            {say.stage.levels[each]}
          </button>
        ))}
      </fieldset>
      <button type="button" onClick={() => look({ flow: flow === "dots" ? "lines" : "dots" })}>
        {say.stage.flow}: {say.stage.flows[flow]}
      </button>
      <button type="button" aria-pressed={hasTable} onClick={toggleTable}>
        {say.stage.table}
      </button>
      <form class="row" onSubmit={goTo}>
        <input
          ref={box}
          type="search"
          id="stage-find"
          aria-label={say.stage.find}
          placeholder={say.stage.find}
          value={find.value}
          onInput={({ currentTarget }) => {
            currentTarget.setCustomValidity("");
            find.value = currentTarget.value;
          }}
        />
      </form>
    </header>
  );
}

/** How the hash wants the picture. What it says of other things makes it no other picture. */
function useView(stage: Stage, player: Player): ReadonlySignal<Omit<View, "width" | "detail">> {
  const level = useComputed(() => levelIn(route.value.view.level) ?? usualLevel(stage.plan));
  const selected = useComputed(() => selectedIn(stage, route.value.view.sel));
  const flow = useComputed(() => flowOf(route.value.view.flow, player.pace.value));
  return useComputed(() => ({
    level: level.value,
    selected: selected.value,
    flow: flow.value,
    pace: player.pace.value,
    say: words.value,
  }));
}

/** The picture in a sentence: when it is, and who is in trouble. */
function summaryOf(stage: Stage, moment: Moment, time: Micros, say: Words): string {
  const components = stage.reader.actors.filter(({ sort }) => sort === "component");
  const inTrouble = components.filter((actor) => stage.look(actor, moment, say).isAlert).map(({ label }) => label);
  const alerts = inTrouble.length === 0 ? say.stage.allWell : say.stage.alerts(inTrouble.join(", "));
  return `${say.stage.summary(clockOf(time), alerts)} ${say.stage.seeTable}`;
}

/** The moment that is played, but not more often than people can read. */
function useSlowTime(player: Player): ReadonlySignal<Micros> {
  const shown = useSignal(player.time.peek());
  const changed = useRef(0);
  useSignalEffect(() => {
    const time = player.time.value;
    const now = performance.now();
    if (player.isPlaying.value && now - changed.current < TEXT_EVERY_MS) return;
    changed.current = now;
    shown.value = time;
  });
  return shown;
}

/** Whether the page is too narrow for a picture. */
function useNarrow(): ReadonlySignal<boolean> {
  const isNarrow = useSignal(matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => {
      isNarrow.value = query.matches;
    };
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [isNarrow]);
  return isNarrow;
}

/** Whoever a path in the hash belongs to: "proxysql-2/hostgroup-0/noti-db" is a part of proxysql-2. */
function selectedIn(stage: Stage, path = ""): string {
  const actors = actorsOf(stage.plan);
  return (actors.find(({ id }) => id === path) ?? actors.find(({ id }) => id === ownerOf(path)))?.id ?? "";
}

function levelIn(text: string | undefined): Level | undefined {
  return LEVELS.find((each) => each === text);
}

function flowOf(text: string | undefined, pace: number): "dots" | "lines" {
  return text === "lines" || isCalm.value || pace > FASTEST_FOR_DOTS ? "lines" : "dots";
}
