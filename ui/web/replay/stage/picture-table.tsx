import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { look } from "../../route.ts";
import type { Words } from "../../words/en.ts";
import { words } from "../../words/words.ts";
import type { Look } from "./look.ts";
import { type Actor, actorsOf } from "./plan.ts";
import type { PodState } from "./pod-states.ts";
import type { Moment } from "./reading.ts";
import type { Stage } from "./scene.ts";

interface PictureTableProps {
  readonly stage: Stage;
  readonly moment: Moment;
  readonly selected: string;
  /** Only those whose name has this in it. */
  readonly find: string;
}

const COLUMNS = ["name", "kind", "place", "state", "told", "bars"] as const;
type Column = (typeof COLUMNS)[number];

/** Everybody in the picture with the same numbers, one a row, for those who cannot see it or want to sort it. */
export function PictureTable({ stage, moment, selected, find }: PictureTableProps) {
  const { value: say } = words;
  const sorted = useSignal<{ readonly by: Column; readonly isDown: boolean } | undefined>(undefined);
  const actors = useMemo(() => actorsOf(stage.plan), [stage]);
  const rows = actors
    .filter((actor) => isFound(actor, find))
    .map((actor) => rowOf(stage.look(actor, moment, say), say));
  const { value: order } = sorted;
  if (order !== undefined) rows.sort((a, b) => BY_NUMBER.compare(a[order.by], b[order.by]) * (order.isDown ? -1 : 1));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keyboard
    <section class="stage-table" aria-label={say.stage.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {COLUMNS.map((by) => (
              <th
                key={by}
                scope="col"
                aria-sort={order?.by === by ? (order.isDown ? "descending" : "ascending") : "none"}
              >
                <button
                  type="button"
                  onClick={() => {
                    sorted.value = { by, isDown: order?.by === by && !order.isDown };
                  }}
                >
                  {say.stage.columns[by]}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ actor, ...row }) => (
            <tr key={actor.id} data-entity={actor.id} data-sort={actor.sort}>
              <th scope="row">
                <button type="button" aria-pressed={actor.id === selected} onClick={() => look({ sel: actor.id })}>
                  {row.name}
                </button>
              </th>
              {COLUMNS.slice(1).map((column) => (
                <td key={column} data-column={column}>
                  {row[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A state as a sign that looks like the glyph in the picture. */
export const SIGNS: Readonly<Record<PodState, string>> = {
  ready: "●",
  starting: "◐",
  "not ready": "○",
  dead: "✕",
  draining: "▼",
  absent: "·",
};

const BY_NUMBER = new Intl.Collator("en", { numeric: true });

/** Whether a name has what is looked for in it; everything has nothing. */
export function isFound({ label }: Actor, find: string): boolean {
  return label.toLowerCase().includes(find.trim().toLowerCase());
}

function rowOf({ actor, state, told, bars, isAlert }: Look, say: Words) {
  return {
    actor,
    name: actor.label,
    kind: actor.kind,
    place: [actor.zone, actor.node.replace(/^node /, "")].filter((part) => part !== "").join(" · "),
    state: state === undefined ? (isAlert ? "▲" : "") : `${SIGNS[state]} ${say.stage.states[state]}`,
    told: told.join(" · "),
    bars: bars.map(({ label, text }) => `${label} ${text}`).join(" · "),
  };
}
