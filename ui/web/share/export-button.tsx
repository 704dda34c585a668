import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Player } from "../replay/player.ts";
import { words } from "../words/words.ts";

interface ExportProps {
  readonly of: string;
  readonly recording: Recording;
  readonly player: Player;
}

/** Shows what can be taken away from a run; the code for it is fetched then. */
export function ExportButton(props: ExportProps) {
  const menu = useSignal<{ readonly is: FunctionComponent<ExportProps> } | undefined>(undefined);
  const toggle = async () => {
    const { ExportMenu } = await import("./export-menu.tsx");
    menu.value = menu.value === undefined ? { is: ExportMenu } : undefined;
  };
  const Menu = menu.value?.is;
  return (
    <>
      <button type="button" aria-expanded={Menu !== undefined} onClick={() => void toggle()}>
        {words.value.export}
      </button>
      {Menu !== undefined && <Menu {...props} />}
    </>
  );
}
