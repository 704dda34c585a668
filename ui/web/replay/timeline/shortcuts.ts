import { areSingleKeysOn } from "../../settings.ts";
import { type Action, actionOf } from "./keys.ts";

const handlers = new Map<Action, () => void>();

/** Says what an action of the table of keys does, until the returned function is called. */
export function onShortcut(action: Action, handler: () => void): () => void {
  handlers.set(action, handler);
  return () => {
    if (handlers.get(action) === handler) handlers.delete(action);
  };
}

/** Whether anything on the page answers to an action. */
export function isAnswered(action: Action): boolean {
  return handlers.has(action);
}

/** Follows the keys of the page, until the returned function is called. */
export function followKeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTypedInto(event.target) || document.querySelector("dialog[open]") !== null) return;
    if (event.key === " " && event.target instanceof Element && event.target.closest(TAKES_SPACE) !== null) return;
    const action = actionOf(event, areSingleKeysOn.value);
    const handler = action === undefined ? undefined : handlers.get(action);
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

/** What the space bar presses, opens or types into. */
const TAKES_SPACE = "button, a, summary, select, input:not([type=range]), [role=tab], [role=treeitem], [role=gridcell]";

function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}

const TYPED_INTO = "textarea, select, input:not([type=range]):not([type=checkbox]), [contenteditable=true]";
