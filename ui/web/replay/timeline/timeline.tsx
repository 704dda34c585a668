import { effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { words } from "../../words/words.ts";
import type { Player } from "../player.ts";
import { Transport } from "../transport.tsx";
import { EventChoice } from "./event-choice.tsx";
import type { Events } from "./events.ts";
import { FlagRow } from "./flag-row.tsx";
import { Overview } from "./overview.tsx";
import { keepInHash } from "./player-in-hash.ts";
import { statesOf } from "./ribbon.ts";
import { Scrubber } from "./scrubber.tsx";

/** Where in the run somebody is: how it fared at every second, the moment, and what happened when. */
export function Timeline({ recording, player, events }: { recording: Recording; player: Player; events: Events }) {
  const states = useMemo(() => statesOf(recording.result), [recording]);
  useEffect(() => keepInHash(player), [player]);
  useEffect(
    () =>
      effect(() => {
        player.marked.value = events.facts.value.map(({ at }) => at);
      }),
    [player, events],
  );
  return (
    <section class="panel timeline" aria-label={words.value.playing}>
      <Transport recording={recording} player={player} events={events} />
      <Overview player={player} states={states} />
      <Scrubber recording={recording} player={player} states={states} />
      <FlagRow recording={recording} player={player} events={events} />
      <EventChoice recording={recording} />
    </section>
  );
}
