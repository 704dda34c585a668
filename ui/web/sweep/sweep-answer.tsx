import { useSignal } from "@preact/signals";
import type { Cell } from "../../../scenarios/study/cell.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { hashOf } from "../route.ts";
import { words } from "../words/words.ts";
import { markOf, markOfClass } from "./class-mark.ts";
import { HeatMap } from "./heat-map.tsx";
import { Parallel } from "./parallel.tsx";
import { boundsOf, FEWEST_FOR_INTERVAL, intervalOf, Slice } from "./slice.tsx";

const MOST_ROWS = 1000;

interface AnswerProps {
  readonly answer: SweepAnswer;
  readonly of: string;
  readonly variant: string;
  readonly seed: string;
  /** The scenario itself, where it came in the link. */
  readonly link?: string | undefined;
}

/** What a sweep has found, as far as it has come: a map, a slice, lines, a table, and each run to be replayed. */
export function SweepAnswerPanel(props: AnswerProps) {
  const { answer } = props;
  const { axes, cells, classes, points } = answer;
  const { sweep: say } = words.value;
  const chosen = useSignal<string | undefined>(undefined);
  const selected = cells.find(({ values }) => values.join("\n") === chosen.value);
  const onSelect = ({ values }: Cell) => {
    chosen.value = values.join("\n");
  };
  const isGrid = points === null;
  const row =
    axes.length === 2 ? (selected?.values[1] ?? axes[1]!.values[Math.floor(axes[1]!.values.length / 2)]!) : "";
  const slice = axes.length === 2 ? cells.filter(({ values }) => values[1] === row) : cells;
  return (
    <section class="panel found" aria-label={say.found} data-cells={cells.filter(({ n }) => n > 0).length}>
      <p class="row legend">
        {classes.map((name) => (
          <span key={name}>
            <span class="mark" style={{ background: markOfClass(name).colour, color: markOfClass(name).on }}>
              {markOfClass(name).glyph}
            </span>{" "}
            {say.classes(name)}
          </span>
        ))}
        <span class="quiet">{say.inferredLegend}</span>
      </p>
      {isGrid && axes.length === 2 && <HeatMap answer={answer} selected={selected} onSelect={onSelect} />}
      {isGrid && axes.length <= 2 && (
        <>
          {axes.length === 2 && <h2>{say.sliceAt(axes[1]!.path, row)}</h2>}
          <Slice cells={slice} axis={axes[0]!} at={0} worst={classes[0]!} />
          {answer.replications < FEWEST_FOR_INTERVAL && <p class="quiet">{say.noIntervals(FEWEST_FOR_INTERVAL)}</p>}
        </>
      )}
      {(axes.length > 2 || !isGrid) && <Parallel answer={answer} />}
      {selected !== undefined && <Runs cell={selected} {...props} />}
      <CellTable {...props} onSelect={onSelect} />
    </section>
  );
}

/** The runs of a cell, each a link to its replay. */
function Runs({ cell, of, variant, seed, link = "" }: AnswerProps & { readonly cell: Cell }) {
  const { sweep: say } = words.value;
  const { overrides, runs, invalid } = cell;
  const hrefOf = (replication: number) => {
    const view = { variant, seed, s: link, set: overrides.join("\n"), replication: String(replication) };
    return hashOf({ page: "run", of, view });
  };
  return (
    <section class="runs" aria-label={say.runsOf}>
      <h2>{say.cell(cell)}</h2>
      {invalid !== null && <p lang="en">{invalid}</p>}
      <ul class="row">
        {runs.map(({ replication, class: name, digest }) => (
          <li key={replication}>
            <a class="button" href={hrefOf(replication)} data-digest={digest} data-class={name}>
              {markOfClass(name).glyph} {say.replay(replication)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CellTable({ answer, onSelect }: AnswerProps & { onSelect(cell: Cell): void }) {
  const { sweep: say } = words.value;
  const { axes, cells, classes } = answer;
  return (
    <details class="cells" open={axes.length > 2}>
      <summary>{say.table(cells.length)}</summary>
      <table>
        <thead>
          <tr>
            {axes.map(({ path }) => (
              <th scope="col" key={path}>
                {path}
              </th>
            ))}
            <th scope="col">{say.class}</th>
            <th scope="col">n</th>
            <th scope="col">{say.worstShare(say.classes(classes[0]!))}</th>
            <th scope="col">{say.goodput}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {cells.slice(0, MOST_ROWS).map((cell) => {
            const share = intervalOf(cell, classes[0]!);
            return (
              <tr key={cell.values.join()}>
                {cell.values.map((value, axis) => (
                  <td key={axes[axis]?.path}>{value}</td>
                ))}
                <td>
                  {markOf(cell).glyph} {cell.class === null ? "–" : say.classes(cell.class)}
                  {cell.isInferred && ` (${say.inferred})`}
                </td>
                <td>{cell.n}</td>
                <td>{cell.n === 0 ? "–" : percents(share.mean, share)}</td>
                <td>{cell.goodput.mean === null ? "–" : percents(cell.goodput.mean, boundsOf(cell.goodput))}</td>
                <td>
                  <button type="button" onClick={() => onSelect(cell)}>
                    {say.show}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

function percents(
  mean: number,
  { low, high }: { readonly low: number | undefined; readonly high: number | undefined },
): string {
  const percent = (share: number) => (share * 100).toFixed(1);
  if (low === undefined || high === undefined) return `${percent(mean)} %`;
  return `${percent(mean)} % (${percent(low)} – ${percent(high)})`;
}
