import type { Language } from "../settings.ts";
import { LIBRARY_KO } from "./library-ko.ts";

/** A text and the language that it is in, where that is not the page's own. */
export interface Told {
  readonly text: string;
  readonly lang: Language | undefined;
}

/** The title of a scenario; in English where nobody has translated it. */
export function titleIn(language: Language, name: string, title: string): Told {
  return told(language, title, LIBRARY_KO[name]?.title);
}

/** The story of a scenario; in English where nobody has translated it. */
export function storyIn(language: Language, name: string, story: string): Told {
  return told(language, story, LIBRARY_KO[name]?.story);
}

function told(language: Language, english: string, korean: string | undefined): Told {
  if (language === "en") return { text: english, lang: undefined };
  return korean === undefined ? { text: english, lang: "en" } : { text: korean, lang: undefined };
}
