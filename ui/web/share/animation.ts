import type { Player } from "../replay/player.ts";

const FRAMES_PER_SECOND = 30;
/** Nobody watches more than that of it; a run takes 45 s at the usual speed. */
const MOST_MS = 60_000;
const TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

/** Whether this browser can make a film of canvases. */
export function canFilm(): boolean {
  return typeof MediaRecorder !== "undefined" && TYPES.some((type) => MediaRecorder.isTypeSupported(type));
}

/**
 * Plays a run from the moment that is looked at, and films the canvases that lie on each other, until the run is over or
 * somebody pauses it; undefined if there is nothing to film.
 */
export async function film(layers: readonly HTMLCanvasElement[], player: Player): Promise<Blob | undefined> {
  const [bottom] = layers;
  const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
  if (bottom === undefined || type === undefined) return undefined;
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [bottom.width, bottom.height];
  const context = sheet.getContext("2d")!;
  const recorder = new MediaRecorder(sheet.captureStream(FRAMES_PER_SECOND), { mimeType: type });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  if (!player.isPlaying.value) player.toggle();
  await eachFrame(() => {
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, sheet.width, sheet.height);
    for (const layer of layers) context.drawImage(layer, 0, 0, sheet.width, sheet.height);
    return player.isPlaying.value;
  });
  recorder.stop();
  await stopped;
  return new Blob(parts, { type });
}

/** Calls something on each frame until it says that it has enough. */
function eachFrame(draw: () => boolean): Promise<void> {
  const until = performance.now() + MOST_MS;
  return new Promise((resolve) => {
    const step = () => {
      if (!draw() || performance.now() > until) resolve();
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
