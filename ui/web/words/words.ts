import { computed } from "@preact/signals";
import { type Language, language } from "../settings.ts";
import { en, type Words } from "./en.ts";
import { ko } from "./ko.ts";

const TABLES: Readonly<Record<Language, Words>> = { en, ko };

/** What the page says, in the language that was chosen. */
export const words = computed(() => TABLES[language.value]);
