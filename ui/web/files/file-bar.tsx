import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/words.ts";
import { type Remark, remark } from "./opened.ts";

/** Opens files: by a button, dropped anywhere on the page, or pasted. */
export function FileBar() {
  const { value: say } = words;
  const input = useRef<HTMLInputElement>(null);
  const isOver = useSignal(false);
  useEffect(() => takeDrops((over) => (isOver.value = over)), [isOver]);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {say.openFile}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label={say.openFile}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = "";
          void open(files);
        }}
      />
      {isOver.value && <p class="drop-here">{say.dropHere}</p>}
      {remark.value !== undefined && <Told what={remark.value} />}
    </>
  );
}

function Told({ what }: { what: Remark }) {
  const { value: say } = words;
  if (what.is === "reading") return <p aria-busy="true">{say.readingFile(what.file)}</p>;
  return (
    <div class="remark row" role="alert">
      <p>{sentenceOf(what)}</p>
      {what.is === "fault" && (
        <p class="quiet" lang="en">
          {what.fault.detail}
        </p>
      )}
      <button
        type="button"
        onClick={() => {
          remark.value = undefined;
        }}
      >
        {say.close}
      </button>
    </div>
  );
}

function sentenceOf(what: Exclude<Remark, { is: "reading" }>): string {
  const { value: say } = words;
  if (what.is === "failed") return say.failed(what.message);
  return what.is === "fault"
    ? say.fileFault[what.fault.why](what.file)
    : say.scenarioMissing(what.file, what.run.scenario);
}

async function open(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  try {
    await (await import("./open-files.ts")).openFiles(files);
  } catch (error) {
    remark.value = { is: "failed", message: String(error) };
  }
}

/** Takes what is dropped on the page, or pasted where nobody is writing; the answer stops it. */
function takeDrops(tell: (isOver: boolean) => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  addEventListener(
    "dragover",
    (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      tell(true);
    },
    { signal },
  );
  addEventListener("dragleave", (event) => event.relatedTarget === null && tell(false), { signal });
  addEventListener(
    "drop",
    (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      tell(false);
      void open([...event.dataTransfer.files]);
    },
    { signal },
  );
  addEventListener("paste", (event) => void open(pasted(event)), { signal });
  return () => controller.abort();
}

function pasted({ target, clipboardData }: ClipboardEvent): readonly File[] {
  const isWriting = target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;
  if (isWriting || clipboardData === null) return [];
  const text = clipboardData.getData("text/plain");
  if (clipboardData.files.length > 0) return [...clipboardData.files];
  return text.trim() === "" ? [] : [new File([text], "pasted.yaml")];
}
