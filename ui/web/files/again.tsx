import type { Recording } from "../../../scenarios/recording/recording.ts";
import { CATALOGUE } from "../library/catalogue.ts";
import { hashOf } from "../route.ts";
import { words } from "../words/words.ts";
import { openedRun } from "./opened.ts";
import { viewOf } from "./run-source.ts";

/** Leads from a run that was opened to the same run computed here, where its scenario is at hand. */
export function Again({ recording: { header, result } }: { recording: Recording }) {
  const { name: scenario, variant, seed, replication } = header;
  const isOurs = CATALOGUE.some((entry) => entry.name === scenario && entry.title === result.title);
  const opened = openedRun.value;
  const of = opened?.input !== undefined ? "@again" : isOurs ? scenario : undefined;
  if (of === undefined || opened?.recording === undefined) return null;
  const view = viewOf({ scenario, variant: variant || null, overrides: result.overrides, seed, replication });
  return (
    <a class="button" href={hashOf({ page: "run", of, view })}>
      {words.value.again}
    </a>
  );
}
