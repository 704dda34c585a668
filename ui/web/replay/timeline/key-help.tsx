import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { areSingleKeysOn } from "../../settings.ts";
import { words } from "../../words/words.ts";
import { capOf, KEYS } from "./keys.ts";
import { isAnswered } from "./shortcuts.ts";
import { useShortcut } from "./use-shortcut.ts";

/** The keys of the page, and whether those without Alt work. */
export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = useSignal(false);
  const open = () => {
    isOpen.value = true;
    dialog.current?.showModal();
  };
  useShortcut("help", open);
  const { value: say } = words;
  return (
    <>
      <button type="button" onClick={open} aria-haspopup="dialog">
        ? <span class="unseen">{say.shortcuts}</span>
      </button>
      <dialog
        ref={dialog}
        class="key-help"
        aria-label={say.shortcuts}
        onClose={() => {
          isOpen.value = false;
        }}
      >
        <h2>{say.shortcuts}</h2>
        <label>
          <input
            type="checkbox"
            checked={areSingleKeysOn.value}
            onChange={({ currentTarget }) => {
              areSingleKeysOn.value = currentTarget.checked;
            }}
          />{" "}
          {say.singleKeys}
        </label>
        <table>
          <tbody>
            {isOpen.value &&
              KEYS.filter(({ does }) => isAnswered(does)).map((key) => (
                <tr key={key.key + key.does}>
                  <th scope="row">
                    <kbd>{capOf(key)}</kbd>
                  </th>
                  <td>{say.actions[key.does]}</td>
                </tr>
              ))}
          </tbody>
        </table>
        <p class="quiet">{say.scrubberKeys}</p>
        <button type="button" onClick={() => dialog.current?.close()}>
          {say.closeHelp}
        </button>
      </dialog>
    </>
  );
}
