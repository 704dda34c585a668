import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { go, hashOf, route } from "../route.ts";
import { words } from "../words/words.ts";
import { CodeEditor } from "./code-editor.ts";
import { NumberForm } from "./number-form.tsx";
import { overridesBetween } from "./overrides.ts";
import { Problems } from "./problems.tsx";
import { openWork, type Work } from "./work.ts";

type Opened = { readonly work: Work } | { readonly failed: string } | undefined;

/** Edits a scenario: its text, the numbers in it, and what is wrong with it. */
export function EditPage({ of }: { of: string }) {
  const { value: say } = words;
  const { s: link = "" } = route.value.view;
  const opened = useSignal<Opened>(undefined);
  useEffect(() => {
    let isLeft = false;
    openWork(of, link).then(
      (work) => {
        if (isLeft) work?.close();
        else opened.value = work === undefined ? { failed: words.value.notFound(of) } : { work };
      },
      (error: unknown) => {
        opened.value = { failed: words.value.failed(String(error)) };
      },
    );
    return () => {
      isLeft = true;
      if (opened.value !== undefined && "work" in opened.value) opened.value.work.close();
      opened.value = undefined;
    };
  }, [of, link, opened]);
  if (opened.value === undefined) return <p aria-busy="true">{say.edit.checking}</p>;
  if ("failed" in opened.value) return <p role="alert">{opened.value.failed}</p>;
  return <Editor work={opened.value.work} />;
}

function Editor({ work }: { work: Work }) {
  const { edit: say } = words.value;
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | undefined>(undefined);
  const run = useMemo(() => () => runWork(work), [work]);
  useEffect(() => {
    const made = new CodeEditor(box.current!, {
      text: work.text.value,
      label: words.value.edit.text,
      schema: () => work.schema.value,
      onText: (text) => work.write(text),
      onRun: run,
    });
    editor.current = made;
    const stop = work.judgement.subscribe((now) => now && made.show(now.text, now.problems));
    return () => {
      stop();
      made.close();
    };
  }, [work, run]);
  return (
    <article class="edit">
      <h1>{say.title(work.original.file)}</h1>
      <Actions work={work} onRun={run} onDiscard={() => editor.current?.replaceAll(work.original.text)} />
      <section aria-label={say.text}>
        <p class="quiet">{say.leave}</p>
        <div ref={box} class="code" />
        <Problems work={work} onGo={(line, col) => editor.current?.goTo(line, col)} />
      </section>
      <NumberForm work={work} onTurn={(span, text) => editor.current?.replace(span, text)} />
    </article>
  );
}

function runWork(work: Work): void {
  work.handOver();
  go({ page: "run", of: "@edited", view: {} });
}

interface ActionsProps {
  readonly work: Work;
  onRun(): void;
  onDiscard(): void;
}

function Actions({ work, onRun, onDiscard }: ActionsProps) {
  const { edit: say } = words.value;
  const isChanged = work.text.value !== work.original.text;
  return (
    <div class="row">
      <button type="button" class="primary" onClick={onRun}>
        {say.run}
      </button>
      {isChanged && <Comparison work={work} />}
      {isChanged && (
        <button type="button" onClick={onDiscard}>
          {say.discard}
        </button>
      )}
      {isChanged && work.isRestored && <span class="quiet">{say.restored}</span>}
    </div>
  );
}

/** Leads to the original beside what has become of it, with the same people. */
function Comparison({ work }: { work: Work }) {
  const { edit: say } = words.value;
  const { value: text } = work.text;
  const changes = useMemo(() => overridesBetween(work.original.text, text), [work, text]);
  if (changes === undefined) return <span class="quiet">{say.cannotCompare}</span>;
  if (changes.length === 0) return null;
  const view = { setb: changes.join("\n"), ...(work.link === "" ? {} : { s: work.link }) };
  return (
    <a class="button" href={hashOf({ page: "compare", of: work.of, view })}>
      {say.compare}
    </a>
  );
}
