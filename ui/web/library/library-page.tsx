import { language } from "../settings.ts";
import { storyIn, titleIn } from "../words/library-words.ts";
import { words } from "../words/words.ts";
import { CATALOGUE, type CatalogueEntry } from "./catalogue.ts";

/** Every scenario that comes with Brownout; one click replays it. */
export function LibraryPage() {
  return (
    <ul class="library">
      {CATALOGUE.map((entry) => (
        <LibraryCard key={entry.file} entry={entry} />
      ))}
    </ul>
  );
}

function LibraryCard({ entry: { name, title, story, variants } }: { entry: CatalogueEntry }) {
  const { value: say } = words;
  const told = { title: titleIn(language.value, name, title), story: storyIn(language.value, name, story) };
  return (
    <li class="panel">
      <h2>
        <a href={`#/run/${name}`} lang={told.title.lang}>
          {told.title.text}
        </a>
      </h2>
      <p class="quiet">{name}</p>
      <p lang={told.story.lang}>{told.story.text}</p>
      {variants.length > 0 && (
        <details>
          <summary>
            {say.variants} ({variants.length})
          </summary>
          <ul>
            {variants.map((variant) => (
              <li key={variant.name}>
                <a href={`#/run/${name}?variant=${encodeURIComponent(variant.name)}`}>{variant.name}</a>{" "}
                <span lang="en">{variant.about}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
