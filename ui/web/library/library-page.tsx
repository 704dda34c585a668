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
  return (
    <li class="panel">
      <h2>
        <a href={`#/run/${name}`}>{title}</a>
      </h2>
      <p class="quiet">{name}</p>
      <p>{story}</p>
      {variants.length > 0 && (
        <details>
          <summary>
            {say.variants} ({variants.length})
          </summary>
          <ul>
            {variants.map((variant) => (
              <li key={variant.name}>
                <a href={`#/run/${name}?variant=${encodeURIComponent(variant.name)}`}>{variant.name}</a> {variant.about}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
