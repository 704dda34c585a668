import { computed } from "@preact/signals";
import { type Language, language } from "../settings.ts";
import { en, type Words } from "./en.ts";
import { ko } from "./ko.ts";

const TABLES: Readonly<Record<Language, Words>> = { en, ko };

/** `?pseudo` makes every string 40 % longer, to see whether the page has room for languages with longer words. */
const isPseudo = new URLSearchParams(location.search).has("pseudo");

/** What the page says, in the language that was chosen. */
export const words = computed(() => (isPseudo ? lengthened(TABLES[language.value]) : TABLES[language.value]));

function lengthened<T>(said: T): T {
  if (typeof said === "string") return padded(said) as T;
  if (typeof said === "function") return ((...figures: unknown[]) => lengthened(said(...figures))) as T;
  if (typeof said !== "object" || said === null) return said;
  return Object.fromEntries(Object.entries(said).map(([key, each]) => [key, lengthened(each)])) as T;
}

/** "Play" -> "Play ~~". */
function padded(text: string): string {
  return text === "" ? "" : `${text} ${"~".repeat(Math.max(0, Math.ceil(text.length * 0.4) - 1))}`;
}
