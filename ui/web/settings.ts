import { effect, signal } from "@preact/signals";

/** The languages that the page speaks. */
export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = "dark" | "light";

/** What somebody has chosen, kept from visit to visit where the browser allows it. */
export const language = signal<Language>(kept("language", LANGUAGES) ?? ownLanguage());
export const theme = signal<Theme>(kept("theme", ["dark", "light"]) ?? ownTheme());
/** Whether nothing moves unless it is made to. */
export const isCalm = signal<boolean>(
  (kept("motion", ["calm", "lively"]) ??
    (matchMedia("(prefers-reduced-motion: reduce)").matches ? "calm" : "lively")) === "calm",
);

/** Whether keys work without Ctrl or Alt. */
export const areSingleKeysOn = signal<boolean>(kept("single-keys", ["on", "off"]) !== "off");

/** Keeps the choices, and shows them on the page. */
export function applySettings(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset.theme = theme.value;
    document.documentElement.dataset.motion = isCalm.value ? "calm" : "lively";
    keep("language", language.value);
    keep("theme", theme.value);
    keep("motion", isCalm.value ? "calm" : "lively");
    keep("single-keys", areSingleKeysOn.value ? "on" : "off");
  });
}

function ownLanguage(): Language {
  return navigator.language.startsWith("ko") ? "ko" : "en";
}

function ownTheme(): Theme {
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

/** What was kept under a name, if it is one of these; undefined where nothing is, or may be, kept. */
function kept<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(`brownout.${name}`);
    return allowed.find((each) => each === value);
  } catch {
    return undefined;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`brownout.${name}`, value);
  } catch {
    // A page that may keep nothing works all the same.
  }
}
