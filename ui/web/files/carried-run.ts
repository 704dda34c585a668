import type { CarriedRun } from "../../../scenarios/recording/report-page.ts";
import { hashOf, route } from "../route.ts";
import { openedRun } from "./opened.ts";

/** Opens the run that this page carries, if it is a report; any other page carries none. */
export async function openCarriedRun(): Promise<void> {
  const text = document.getElementById("run")?.textContent ?? "";
  if (text === "") return;
  if (location.hash === "") {
    const to = { page: "run", of: "@file", view: {} } as const;
    history.replaceState(null, "", hashOf(to));
    route.value = to;
  }
  const { file, recording, input }: CarriedRun = JSON.parse(text);
  const { contentIn } = await import("./open-files.ts");
  const bytes = Uint8Array.from(atob(recording), (letter) => letter.charCodeAt(0));
  const content = await contentIn(new File([bytes], file));
  if (content.is !== "recording") return;
  const made = input === null ? {} : { input: { ...input, attachments: new Map(input.attachments) } };
  openedRun.value = { file, recording: content.recording, ...made };
}
