import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { words } from "../words/words.ts";

type Dialog = FunctionComponent<{ onClose: () => void }>;

/** Opens the dialog with the link; its code is fetched then. */
export function ShareButton() {
  const dialog = useSignal<{ readonly is: Dialog } | undefined>(undefined);
  const open = async () => {
    dialog.value = { is: (await import("./share-dialog.tsx")).ShareDialog };
  };
  const Open = dialog.value?.is;
  return (
    <>
      <button type="button" onClick={() => void open()}>
        {words.value.share}
      </button>
      {Open !== undefined && (
        <Open
          onClose={() => {
            dialog.value = undefined;
          }}
        />
      )}
    </>
  );
}
