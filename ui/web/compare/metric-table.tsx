import type { RecordedResult } from "../../../scenarios/recording/recorded-result.ts";
import { words } from "../words/words.ts";

interface Row {
  readonly name: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly unit: string;
}

/** Two results in numbers, and their difference. */
export function MetricTable({ a, b }: { a: RecordedResult; b: RecordedResult }) {
  const { compare: say } = words.value;
  return (
    <section class="panel numbers">
      <table>
        <thead>
          <tr>
            <th scope="col">{say.metric}</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">{say.difference}</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(a, b).map(({ name, a: first, b: second, unit }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{figure(first, unit)}</td>
              <td>{figure(second, unit)}</td>
              <td data-difference={name}>{first === null || second === null ? "–" : figure(second - first, unit)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{say.verdict}</th>
            <td lang="en">{a.verdict}</td>
            <td lang="en">{b.verdict}</td>
            <td>{a.verdict === b.verdict ? "=" : "≠"}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** Whatever both results have. */
function rowsOf(a: RecordedResult, b: RecordedResult): Row[] {
  const { compare: say } = words.value;
  const loads = a.loads.flatMap((load): Row[] => {
    const other = b.loads.find(({ path }) => path === load.path);
    if (other === undefined) return [];
    const share = (goodput: number | null) => (goodput === null ? null : goodput * 100);
    return [
      { name: say.people(load.path), a: load.people, b: other.people, unit: "" },
      { name: say.goodput(load.path), a: share(load.goodput), b: share(other.goodput), unit: "%" },
    ];
  });
  const checks = a.checks.flatMap((check): Row[] => {
    const other = b.checks.find((each) => each.check === check.check);
    if (other === undefined) return [];
    return [{ name: check.check, a: check.measured, b: other.measured, unit: check.unit }];
  });
  const attempts = { name: say.failedAttempts, a: failuresIn(a), b: failuresIn(b), unit: "" };
  return [...loads, attempts, ...checks];
}

function failuresIn({ loads }: RecordedResult): number {
  return loads.reduce((sum, { failures }) => sum + failures.reduce((all, { count }) => all + count, 0), 0);
}

function figure(value: number | null, unit: string): string {
  if (value === null) return "–";
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  return unit === "" ? text : `${text} ${unit}`;
}
