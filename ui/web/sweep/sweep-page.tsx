import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Input } from "../../../scenarios/experiment/input.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { openedStudy } from "../files/opened.ts";
import { sourceOf } from "../files/run-source.ts";
import { route } from "../route.ts";
import { words } from "../words/words.ts";
import { SweepAnswerPanel } from "./sweep-answer.tsx";
import { SweepForm } from "./sweep-form.tsx";

/** Runs a scenario over ranges of its values: where does it break? */
export function SweepPage({ of }: { of: string }) {
  return of === "@file" && openedStudy.value !== undefined ? <SweepOfFile /> : <SweepOf of={of} key={of} />;
}

function SweepOf({ of }: { of: string }) {
  const { value: say } = words;
  const found = useSignal<{ readonly input: Input | undefined } | undefined>(undefined);
  const link = route.value.view.s;
  useEffect(() => {
    const show = (input: Input | undefined) => {
      found.value = { input };
    };
    sourceOf(of, link).then(
      (source) => show(source !== undefined && "input" in source ? source.input : undefined),
      () => show(undefined),
    );
  }, [of, link, found]);
  if (found.value === undefined) return <p aria-busy="true">…</p>;
  const { input } = found.value;
  return (
    <article class="sweep">
      <h1>{say.sweep.title(of)}</h1>
      {input === undefined ? <p role="alert">{say.notFound(of)}</p> : <SweepForm of={of} input={input} />}
    </article>
  );
}

/** What the command line has found. */
function SweepOfFile() {
  const { value: say } = words;
  const { file, study } = openedStudy.value!;
  const { answer } = study;
  return (
    <article class="sweep">
      <h1>{say.sweep.title(study.scenario)}</h1>
      <p class="quiet">{say.sweep.fromFile(file)}</p>
      {study.study === "sweep" && isSweep(answer) ? (
        <SweepAnswerPanel answer={answer} of={study.scenario} variant={study.variant ?? ""} seed={study.seed} />
      ) : (
        <p role="alert">{say.sweep.noSweep(file)}</p>
      )}
    </article>
  );
}

/** Whether a file has what the pictures need of a sweep; it may have been written by anybody. */
function isSweep(answer: object): answer is SweepAnswer {
  const { axes, cells, classes, measures } = answer as Partial<SweepAnswer>;
  if (![axes, cells, classes, measures].every(Array.isArray)) return false;
  const areAxes = axes!.every(({ path, values }) => typeof path === "string" && Array.isArray(values));
  return (
    areAxes &&
    cells!.every(
      ({ values, overrides, runs, counts, goodput }) =>
        [values, overrides, runs].every(Array.isArray) && typeof counts === "object" && typeof goodput === "object",
    )
  );
}
