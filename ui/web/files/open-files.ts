import { startEngine } from "../engine/start-engine.ts";
import { CATALOGUE } from "../library/catalogue.ts";
import { go } from "../route.ts";
import { type Content, type RunName, type Study, Unreadable } from "./content.ts";
import { openedRun, openedStudy, remark } from "./opened.ts";
import { viewOf } from "./run-source.ts";

const MEGA = 1_000_000;
const MOST_BYTES = 200 * MEGA;
/** A file that takes longer to read is up to no good. */
const MOST_MS = 20_000;

/** Opens files together, such as a scenario and its recorded arrivals, and goes to the page that shows them. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const contents: Content[] = [];
  for (const file of files) {
    remark.value = { is: "reading", file: file.name };
    try {
      contents.push(await contentIn(file));
    } catch (error) {
      const { fault } = error instanceof Unreadable ? error : new Unreadable("damaged", String(error));
      remark.value = { is: "fault", file: file.name, fault };
      return;
    }
  }
  remark.value = undefined;
  show(contents);
}

/** Reads a file in a thread of its own, which is ended whatever the file makes of it. */
export async function contentIn(file: File): Promise<Content> {
  if (file.size > MOST_BYTES) throw new Unreadable("tooLarge", `more than ${MOST_BYTES / MEGA} MB`);
  const reader = startEngine("reader");
  const tooSlow = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Unreadable("tooSlow", `more than ${MOST_MS / 1000} s`)), MOST_MS);
  });
  try {
    return await Promise.race([reader.read(file.name, new Uint8Array(await file.arrayBuffer())), tooSlow]);
  } finally {
    reader.end();
  }
}

function show(contents: readonly Content[]): void {
  const tables = contents.flatMap((each) => (each.is === "table" ? [[each.file, each.text] as const] : []));
  for (const content of contents) {
    if (content.is === "scenario") {
      const { file, text } = content;
      openedRun.value = { file, input: { file, text, attachments: new Map(tables) } };
      go({ page: "run", of: "@file", view: {} });
    }
    if (content.is === "recording") {
      openedRun.value = content;
      go({ page: "run", of: "@file", view: {} });
    }
    if (content.is === "result") replay(content.file, content.run);
    if (content.is === "study") {
      openedStudy.value = content;
      go({ page: pageOf(content.study), of: "@file", view: {} });
    }
  }
}

/** A result has no pictures, but says which run it is of: that one is made again. */
function replay(file: string, run: RunName): void {
  if (!CATALOGUE.some(({ name }) => name === run.scenario)) {
    remark.value = { is: "elsewhere", file, run };
    return;
  }
  go({ page: "run", of: run.scenario, view: viewOf(run) });
}

function pageOf({ study }: Study): "compare" | "sweep" {
  return study === "comparison" ? "compare" : "sweep";
}
