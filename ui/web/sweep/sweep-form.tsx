import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Input } from "../../../scenarios/experiment/input.ts";
import { startEngine } from "../engine/start-engine.ts";
import type { Suggestion, SweepQuestion } from "../engine/study-question.ts";
import { linesOf, look, route } from "../route.ts";
import { download, fileName } from "../share/download.ts";
import { words } from "../words/words.ts";
import { commandOf } from "./command-line.ts";
import { SweepAnswerPanel } from "./sweep-answer.tsx";
import { SweepWork } from "./sweep-work.ts";

const FORMS = "db.max_connections=40..150, =40..150/5, =6,20,43, =1..1000/log";
const USUAL_RUNS = 5;
const MOST_RUNS = 1000;
/** So long nobody has typed before a run is timed. */
const PATIENCE_MS = 600;

/** What is varied, what that costs, how far it is, and what came of it. The question stands in the hash. */
export function SweepForm({ of, input }: { of: string; input: Input }) {
  const { vary = "", runs, variant = "", set = "", seed = "" } = route.value.view;
  const work = useMemo(() => new SweepWork(input, startEngine), [input]);
  useEffect(() => () => work.close(), [work]);
  const suggestions = useSuggestions(input);
  const question = useMemo<SweepQuestion>(
    () => ({
      study: "sweep",
      base: { variant: variant || undefined, overrides: linesOf(set) },
      vary: linesOf(vary),
      seed: seed || undefined,
      replications: runsIn(runs),
    }),
    [vary, runs, variant, set, seed],
  );
  useEffect(() => {
    if (question.vary.length === 0 || work.isRunning.peek()) return;
    const timer = setTimeout(() => void work.estimate(question), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [question, work]);
  return (
    <>
      <Choice question={question} suggestions={suggestions.value} />
      <Doing work={work} question={question} input={input} />
      {work.found.value?.study === "sweep" && (
        <>
          <Files work={work} of={of} />
          <SweepAnswerPanel
            answer={work.found.value.answer}
            of={of}
            variant={variant}
            seed={seed}
            link={route.value.view.s}
          />
        </>
      )}
    </>
  );
}

function useSuggestions(input: Input) {
  const found = useSignal<readonly Suggestion[]>([]);
  const { variant, set = "" } = route.value.view;
  useEffect(() => {
    const own = startEngine("suggestions");
    const change = { variant: variant || undefined, overrides: linesOf(set) };
    own.suggest(input, change).then(
      (suggestions) => {
        found.value = suggestions;
        own.end();
      },
      () => own.end(),
    );
    return () => own.end();
  }, [input, variant, set, found]);
  return found;
}

function Choice({ question, suggestions }: { question: SweepQuestion; suggestions: readonly Suggestion[] }) {
  const { sweep: say } = words.value;
  const set = (at: number, text: string) => {
    const axes = [...question.vary];
    axes[at] = text;
    look({ vary: axes.filter((axis) => axis !== undefined && axis.trim() !== "").join("\n") });
  };
  return (
    <section class="panel" aria-label={say.what}>
      <p class="quiet">
        {say.forms} <code>{FORMS}</code>
      </p>
      {Array.from({ length: Math.max(2, question.vary.length + 1) }, (_, at) => (
        <label class="row" key={at}>
          {say.axis(at)}
          <input
            type="text"
            list="sweep-suggestions"
            size={48}
            spellcheck={false}
            value={question.vary[at] ?? ""}
            onChange={({ currentTarget }) => set(at, currentTarget.value)}
          />
        </label>
      ))}
      <datalist id="sweep-suggestions">
        {suggestions.map(({ path, values, note }) => (
          <option key={path} value={`${path}=${values}`}>
            {note}
          </option>
        ))}
      </datalist>
      {suggestions.length > 0 && (
        <details>
          <summary>{say.assumed(suggestions.length)}</summary>
          <ul>
            {suggestions.map(({ path, values, note }) => (
              <li key={path}>
                <button type="button" onClick={() => set(question.vary.length, `${path}=${values}`)}>
                  {path}={values}
                </button>{" "}
                <span class="quiet" lang="en">
                  {note}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <label class="row">
        {say.replications}
        <input
          type="number"
          min={1}
          max={MOST_RUNS}
          value={question.replications}
          onChange={({ currentTarget }) => look({ runs: String(runsIn(currentTarget.value)) })}
        />
      </label>
    </section>
  );
}

function Doing({ work, question, input }: { work: SweepWork; question: SweepQuestion; input: Input }) {
  const { value: say } = words;
  const { value: plan } = work.plan;
  const copied = useSignal(false);
  const command = commandOf(`scenarios/${input.file}`, question);
  return (
    <section class="panel" aria-label={say.sweep.doing}>
      {plan !== undefined && "mistakes" in plan && (
        <ul role="alert" lang="en">
          {plan.mistakes.map((mistake) => (
            <li key={mistake}>{mistake}</li>
          ))}
        </ul>
      )}
      {plan !== undefined && "cells" in plan && (
        <p class="cost">
          {say.sweep.cost(plan.runs, plan.cells, plan.isRefined)}{" "}
          {work.cost.value !== undefined && say.sweep.time(work.cost.value, plan.runs, work.threads)}
        </p>
      )}
      {work.failed.value !== undefined && <p role="alert">{say.failed(work.failed.value)}</p>}
      <div class="row">
        {work.isRunning.value ? (
          <button type="button" onClick={() => work.cancel()}>
            {say.sweep.cancel}
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            disabled={question.vary.length === 0}
            onClick={() => void work.run(question)}
          >
            {say.sweep.begin}
          </button>
        )}
        <button
          type="button"
          disabled={question.vary.length === 0}
          onClick={() => void navigator.clipboard.writeText(command).then(() => (copied.value = true))}
        >
          {say.sweep.copyCommand}
        </button>
        {copied.value && <span role="status">{say.copied}</span>}
      </div>
      {question.vary.length > 0 && <code class="command">{command}</code>}
      <Progress work={work} />
    </section>
  );
}

function Progress({ work }: { work: SweepWork }) {
  const { sweep: say } = words.value;
  const { value: progress } = work.progress;
  if (progress === undefined) return null;
  const { about, done, known, left } = progress;
  return (
    <p class="progress" role="status">
      <progress max={known} value={done} aria-label={about} /> {say.done(done, known)}
      {work.isRunning.value && left !== undefined && `; ${say.left(left)}`}
      {work.wasCancelled.value && `; ${say.cancelled}`}
    </p>
  );
}

function Files({ work, of }: { work: SweepWork; of: string }) {
  const { value: found } = work.found;
  if (found?.study !== "sweep" || work.isRunning.value) return null;
  return (
    <p class="row">
      <button type="button" onClick={() => download(fileName("sweep", `${of}.csv`), found.csv, "text/csv")}>
        {words.value.sweep.csv}
      </button>
    </p>
  );
}

function runsIn(text: string | undefined): number {
  const count = Number(text ?? Number.NaN);
  return Number.isInteger(count) && count >= 1 && count <= MOST_RUNS ? count : USUAL_RUNS;
}
