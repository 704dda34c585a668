import { useEffect, useRef } from "preact/hooks";
import type { Action } from "./keys.ts";
import { onShortcut } from "./shortcuts.ts";

/** Does something on a key for as long as a component is on the page. */
export function useShortcut(action: Action, handler: () => void): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => onShortcut(action, () => latest.current()), [action]);
}
