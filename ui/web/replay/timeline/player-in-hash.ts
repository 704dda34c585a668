import { effect, untracked } from "@preact/signals";
import { SECOND } from "../../../../sim/time.ts";
import { look, route } from "../../route.ts";
import { type Player, SPEEDS } from "../player.ts";
import { secondsOf, spanIn, textOfSpan } from "./zoom.ts";

/** The hash changes no more often than this. */
const EVERY_MS = 500;

/**
 * Keeps the moment, the speed and the zoom of a player in the hash ("t=192.5&speed=20&zoom=180-540"), and follows the
 * hash where somebody else changes it; ends when the returned function is called.
 */
export function keepInHash(player: Player): () => void {
  let written: View = { t: "", speed: "", zoom: "" };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopReading = effect(() => {
    const { t = "", speed = "", zoom = "" } = route.value.view;
    if (t === written.t && speed === written.speed && zoom === written.zoom) return;
    const before = written;
    written = { t, speed, zoom };
    untracked(() => {
      if (zoom !== before.zoom) player.zoom.value = spanIn(zoom, player.duration.value);
      if (speed !== before.speed) player.speed.value = SPEEDS.find((each) => String(each) === speed);
      if (t !== before.t) player.seekOnceComputed(/^\d{1,9}(\.\d{1,6})?$/.test(t) ? Number(t) * SECOND : 0);
    });
  });
  const write = () => {
    timer = undefined;
    written = untracked(() => viewOf(player));
    look(written);
  };
  const stopWriting = effect(() => {
    const { t, speed, zoom } = viewOf(player);
    const isWritten = t === written.t && speed === written.speed && zoom === written.zoom;
    if (!isWritten) timer ??= setTimeout(write, EVERY_MS);
  });
  return () => {
    stopReading();
    stopWriting();
    clearTimeout(timer);
  };
}

/** Empty is what it is anyhow: the beginning, the whole run in 45 seconds, and all of it. */
type View = { readonly t: string; readonly speed: string; readonly zoom: string };

function viewOf({ time, wanted, speed, zoom }: Player): View {
  const moment = wanted.value ?? time.value;
  return {
    t: moment === 0 ? "" : secondsOf(moment),
    speed: speed.value === undefined ? "" : String(speed.value),
    zoom: zoom.value === undefined ? "" : textOfSpan(zoom.value),
  };
}
