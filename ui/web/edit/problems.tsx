import { words } from "../words/words.ts";
import type { Work } from "./work.ts";

/** Everything that is wrong or doubtful in the text, in the words of the command line; each leads to its place. */
export function Problems({ work, onGo }: { work: Work; onGo(line: number, col: number): void }) {
  const { edit: say } = words.value;
  const { value: judgement } = work.judgement;
  const problems = judgement?.problems ?? [];
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const isFresh = judgement?.text === work.text.value;
  const head = problems.length === 0 ? say.noProblems : say.problems(errors, problems.length - errors);
  return (
    <section class="panel problems" aria-label={head} aria-busy={!isFresh}>
      <h2>
        <span role="status">{isFresh ? head : say.checking}</span>
      </h2>
      <ul>
        {problems.map(({ severity, line, col, path, wrong, right }) => (
          <li key={`${line}:${col}:${wrong}`}>
            <button type="button" onClick={() => onGo(line, col)}>
              {severity === "error" ? "✕" : "⚠"} {say[severity]}, {say.line(line)}
            </button>{" "}
            <span lang="en">
              {path === "" ? "" : `${path}: `}
              {wrong}; expected {right}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
