import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Input } from "../../../scenarios/experiment/input.ts";
import { pageWithRun } from "../../../scenarios/recording/report-page.ts";
import { WrongInput } from "../exit-code.ts";

/** The page of one file, beside the command line's own program. */
const PAGE = "../web/offline.html";

/** A page that replays a run without a network, and can compute it again. `recording` is the compressed file of it. */
export function reportPage(name: string, input: Input, recording: Uint8Array): string {
  const { file, text, attachments } = input;
  return pageWithRun(pageOfOneFile(), {
    file: `${name}.run.gz`,
    recording: Buffer.from(recording).toString("base64"),
    input: { file, text, attachments: [...attachments] },
  });
}

/** Throws a WrongInput where the page was not built. */
export function pageOfOneFile(): string {
  const path = fileURLToPath(new URL(PAGE, import.meta.url));
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new WrongInput(`${path}: --report needs the page, which is not there; build it with npm run build`);
  }
}
