/** What a key does on the page of a replay, wherever the focus is. */
export const ACTIONS = [
  "play",
  "stepBack",
  "stepForward",
  "previousEvent",
  "nextEvent",
  "slower",
  "faster",
  "loop",
  "level1",
  "level2",
  "level3",
  "level4",
  "find",
  "pin",
  "tree",
  "checks",
  "help",
] as const;
export type Action = (typeof ACTIONS)[number];

interface Key {
  readonly key: string;
  readonly does: Action;
  readonly withAlt?: true;
}

/** Every key; those without Alt are single keys, which can be switched off. */
export const KEYS: readonly Key[] = [
  { key: " ", does: "play" },
  { key: "ArrowLeft", withAlt: true, does: "stepBack" },
  { key: "ArrowRight", withAlt: true, does: "stepForward" },
  { key: "[", does: "previousEvent" },
  { key: ",", does: "previousEvent" },
  { key: "]", does: "nextEvent" },
  { key: ".", does: "nextEvent" },
  { key: "-", does: "slower" },
  { key: "+", does: "faster" },
  { key: "=", does: "faster" },
  { key: "l", does: "loop" },
  { key: "1", does: "level1" },
  { key: "2", does: "level2" },
  { key: "3", does: "level3" },
  { key: "4", does: "level4" },
  { key: "/", does: "find" },
  { key: "p", does: "pin" },
  { key: "t", does: "tree" },
  { key: "c", does: "checks" },
  { key: "?", does: "help" },
];

/** What of a key press counts. */
interface Press {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** What a key press means; undefined if nothing, or if single keys are off. */
export function actionOf({ key, altKey, ctrlKey, metaKey }: Press, areSingleKeysOn: boolean): Action | undefined {
  if (ctrlKey || metaKey) return undefined;
  const pressed = key.length === 1 ? key.toLowerCase() : key;
  const found = KEYS.find((each) => each.key === pressed && (each.withAlt ?? false) === altKey);
  return found === undefined || (found.withAlt === undefined && !areSingleKeysOn) ? undefined : found.does;
}

/** Where a key on the scrubber leads, as a number of bins and of shares of the run; undefined if nowhere. */
export function scrubOf({ key, shiftKey }: { readonly key: string; readonly shiftKey: boolean }) {
  const bins = shiftKey ? 10 : 1;
  return SCRUBS.get(key)?.(bins);
}

/** Either a move by bins or by shares of the run, or one of its ends. */
export type Scrub = { readonly bins: number } | { readonly share: number } | { readonly end: "first" | "last" };

const PAGE = 0.05;
const SCRUBS: ReadonlyMap<string, (bins: number) => Scrub> = new Map<string, (bins: number) => Scrub>([
  ["ArrowLeft", (bins) => ({ bins: -bins })],
  ["ArrowDown", (bins) => ({ bins: -bins })],
  ["ArrowRight", (bins) => ({ bins })],
  ["ArrowUp", (bins) => ({ bins })],
  ["PageDown", () => ({ share: -PAGE })],
  ["PageUp", () => ({ share: PAGE })],
  ["Home", () => ({ end: "first" })],
  ["End", () => ({ end: "last" })],
]);

/** A key as its cap reads: "Alt + ←". */
export function capOf({ key, withAlt }: Key): string {
  const cap = CAPS[key] ?? key.toUpperCase();
  return withAlt ? `Alt + ${cap}` : cap;
}

const CAPS: Readonly<Record<string, string>> = { " ": "Space", ArrowLeft: "←", ArrowRight: "→" };
