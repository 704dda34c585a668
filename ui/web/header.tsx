import { FileBar } from "./files/file-bar.tsx";
import { isCalm, LANGUAGES, language, theme } from "./settings.ts";
import { ShareButton } from "./share/share-button.tsx";
import { words } from "./words/words.ts";

/** The bar above every page: where home is, and how somebody likes the page. */
export function Header() {
  const { value: say } = words;
  return (
    <header class="row bar">
      <a href="#/" class="brand">
        Brownout
      </a>
      <span class="quiet">{say.tagline}</span>
      <FileBar />
      <ShareButton />
      <nav class="row" aria-label={say.language}>
        {LANGUAGES.map((each) => (
          <button
            type="button"
            key={each}
            lang={each}
            aria-pressed={language.value === each}
            onClick={() => {
              language.value = each;
            }}
          >
            {each === "ko" ? "한국어" : "English"}
          </button>
        ))}
        <button
          type="button"
          onClick={() => {
            theme.value = theme.value === "dark" ? "light" : "dark";
          }}
        >
          {say.theme}: {say[theme.value]}
        </button>
        <button
          type="button"
          aria-pressed={isCalm.value}
          onClick={() => {
            isCalm.value = !isCalm.value;
          }}
        >
          {say.motion}: {isCalm.value ? say.calm : say.lively}
        </button>
      </nav>
    </header>
  );
}
