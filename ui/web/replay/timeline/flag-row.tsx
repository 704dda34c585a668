import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Fact } from "../../../../scenarios/experiment/story.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { look, route } from "../../route.ts";
import { language } from "../../settings.ts";
import { factText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import { clockOf } from "../clock.ts";
import type { Player } from "../player.ts";
import type { Events } from "./events.ts";
import { type Flag, glyphOf } from "./flags.ts";

type Props = { recording: Recording; player: Player; events: Events };

/** So many sentences of a flag are told; the rest is a number. */
const MOST_SENTENCES = 6;

/** What happened in the part of the run that is shown: a flag for each event, or for several that are near to each other. */
export function FlagRow({ recording, player, events }: Props) {
  const row = useRef<HTMLUListElement>(null);
  const pointed = useSignal<Flag | undefined>(undefined);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      events.width.value = Math.max(1, entry!.contentRect.width);
    });
    observer.observe(row.current!);
    return () => observer.disconnect();
  }, [events]);
  const { value: say } = words;
  const { from, until } = player.shown.value;
  return (
    <>
      <ul class="flags" ref={row} aria-label={say.eventsFrom(clockOf(from), clockOf(until))}>
        {events.flags.value.map((flag) => (
          <FlagButton key={flag.facts[0]!.id} flag={flag} recording={recording} player={player} pointed={pointed} />
        ))}
      </ul>
      <Told recording={recording} player={player} pointed={pointed.value} />
      <OnlySelected />
    </>
  );
}

type FlagProps = Omit<Props, "events"> & { flag: Flag; pointed: { value: Flag | undefined } };

function FlagButton({ flag, recording, player, pointed }: FlagProps) {
  const { facts, share, at } = flag;
  const [first] = facts;
  const isCurrent = facts.some(({ id }) => id === player.event.value);
  const told =
    facts.length === 1 ? factText(first!, recording, language.value) : words.value.eventsTogether(facts.length);
  const point = () => {
    pointed.value = flag;
  };
  const leave = () => {
    pointed.value = undefined;
  };
  return (
    <li style={{ left: `clamp(24px, ${share * 100}%, 100% - 24px)` }}>
      <button
        type="button"
        class={facts.some(({ sort }) => sort === "action") ? "flag action" : "flag"}
        aria-label={`${clockOf(at)} ${told}`}
        aria-current={isCurrent ? "true" : undefined}
        onClick={() => player.visit(first!)}
        onPointerEnter={point}
        onPointerLeave={leave}
        onFocus={point}
        onBlur={leave}
      >
        {glyphOf(flag)}
        {facts.length > 1 && <span class="count"> {facts.length}</span>}
      </button>
    </li>
  );
}

/** The event that somebody has gone to, and, as long as a flag is pointed at, what that stands for. */
function Told({ recording, player, pointed }: Omit<Props, "events"> & { pointed: Flag | undefined }) {
  const current = recording.result.journal.find(({ id }) => id === player.event.value);
  const sentence = (fact: Fact) => `${clockOf(fact.at)} ${factText(fact, recording, language.value)}`;
  const facts = pointed?.facts ?? [];
  return (
    <div class="told">
      <p role="status">{current === undefined ? "" : sentence(current)}</p>
      {facts.length > 0 && (
        <div class="panel pointed">
          {facts.slice(0, MOST_SENTENCES).map((fact) => (
            <p key={fact.id}>{sentence(fact)}</p>
          ))}
          {facts.length > MOST_SENTENCES && (
            <p class="quiet">{words.value.moreEvents(facts.length - MOST_SENTENCES)}</p>
          )}
        </div>
      )}
    </div>
  );
}

/** Says that only the events of what is selected are shown, and takes that back. */
function OnlySelected() {
  const { sel = "" } = route.value.view;
  if (sel === "") return null;
  return (
    <p class="row">
      <span>{words.value.onlyOf(sel)}</span>
      <button type="button" onClick={() => look({ sel: "" })}>
        {words.value.ofEverything}
      </button>
    </p>
  );
}
