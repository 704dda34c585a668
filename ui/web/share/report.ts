import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { encode } from "../../../scenarios/recording/recording-bytes.ts";
import { pageWithRun } from "../../../scenarios/recording/report-page.ts";
import { deflated } from "../files/inflated.ts";

/** A run as the bytes of its file. */
export function recordingFile(recording: Recording): Promise<Uint8Array<ArrayBuffer>> {
  return deflated(encode(recording), "gzip");
}

/** A run as a page of one file, which replays it anywhere and can compute it again if the scenario is at hand. */
export async function reportOf(recording: Recording, input: Input | undefined): Promise<string> {
  const [page, bytes] = await Promise.all([pageOfOneFile(), recordingFile(recording)]);
  return pageWithRun(page, {
    file: `${recording.header.name}.run.gz`,
    recording: base64(bytes),
    input: input === undefined ? null : { ...input, attachments: [...input.attachments] },
  });
}

/** The page of one file: this one, as it came, or the one beside it. */
async function pageOfOneFile(): Promise<string> {
  if (document.getElementById("program") === null) {
    const answer = await fetch("offline.html");
    if (!answer.ok) throw new Error(`offline.html: ${answer.status}`);
    return answer.text();
  }
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  for (const id of ["app", "run"]) copy.querySelector(`#${id}`)?.replaceChildren();
  return `<!doctype html>\n${copy.outerHTML}`;
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8190) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 8190))));
  }
  return pieces.join("");
}
