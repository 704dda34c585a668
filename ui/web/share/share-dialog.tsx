import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { route } from "../route.ts";
import { words } from "../words/words.ts";
import { linkOf } from "./link-of.ts";
import { LONG_LINK } from "./scenario-link.ts";

/** The link to what is shown, how long it is, and a button that copies it. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const { value: say } = words;
  const dialog = useRef<HTMLDialogElement>(null);
  const view = useSignal(true);
  const wholeText = useSignal(false);
  const link = useSignal<string | undefined>("");
  useEffect(() => dialog.current?.showModal(), []);
  useSignalEffect(() => {
    const wish = { view: view.value, wholeText: wholeText.value };
    linkOf(route.value, wish).then(
      (found) => (link.value = found),
      () => (link.value = undefined),
    );
  });
  return (
    <dialog ref={dialog} class="panel share" aria-label={say.shareTitle} onClose={onClose}>
      <h2>{say.shareTitle}</h2>
      {link.value === undefined ? <p>{say.notInLink}</p> : <Link text={link.value} />}
      <Choice checked={view.value} label={say.withView} onChange={(on) => (view.value = on)} />
      {route.value.of.startsWith("@") && (
        <Choice checked={wholeText.value} label={say.wholeText} onChange={(on) => (wholeText.value = on)} />
      )}
      <button type="button" onClick={() => dialog.current?.close()}>
        {say.close}
      </button>
    </dialog>
  );
}

function Link({ text }: { text: string }) {
  const { value: say } = words;
  const field = useRef<HTMLTextAreaElement>(null);
  const told = useSignal("");
  const copy = async () => {
    field.current?.select();
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    told.value = isCopied ? say.copied : say.copyYourself;
  };
  return (
    <>
      <textarea ref={field} readOnly rows={4} aria-label={say.link} value={text} />
      <p>
        <output>{say.linkLength(text.length)}</output>
        {text.length > LONG_LINK && <strong role="alert"> {say.linkTooLong}</strong>}
      </p>
      <p class="row">
        <button type="button" class="primary" onClick={() => void copy()}>
          {say.copy}
        </button>
        <span role="status">{told.value}</span>
      </p>
    </>
  );
}

function Choice({ checked, label, onChange }: { checked: boolean; label: string; onChange: (on: boolean) => void }) {
  return (
    <label class="row">
      <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {label}
    </label>
  );
}
