import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { words } from "./words/words.ts";

type PageComponent = FunctionComponent<{ of: string }>;

/** A page whose code is fetched first. */
export function Later({ load, of }: { load: () => Promise<PageComponent>; of: string }) {
  const found = useSignal<{ readonly page: PageComponent } | { readonly failed: string } | undefined>(undefined);
  useEffect(() => {
    load().then(
      (page) => {
        found.value = { page };
      },
      (error: unknown) => {
        found.value = { failed: String(error) };
      },
    );
  }, [load, found]);
  if (found.value === undefined) return <p aria-busy="true">…</p>;
  if ("failed" in found.value) return <p role="alert">{words.value.failed(found.value.failed)}</p>;
  const Found = found.value.page;
  return <Found of={of} />;
}
