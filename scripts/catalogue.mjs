import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const SCENARIOS = fileURLToPath(new URL("../scenarios", import.meta.url));
const NAME = "virtual:catalogue";
const RESOLVED = `\0${NAME}`;

/**
 * Lets the page know the scenarios that come with Brownout without loading them: their names, titles and variants.
 * @returns {import("vite").Plugin}
 */
export function catalogue() {
  return {
    name: "catalogue",
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const files = readdirSync(SCENARIOS, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".yaml"))
        .sort();
      for (const file of files) this.addWatchFile(join(SCENARIOS, file));
      return `export default ${JSON.stringify(files.map(entryOf))};`;
    },
  };
}

/** @param {string} file */
function entryOf(file) {
  const { name, title, story = "", variants = {} } = parse(readFileSync(join(SCENARIOS, file), "utf8"));
  const about = Object.entries(variants).map(([variant, { about = "" }]) => ({ name: variant, about }));
  return { file, name, title, story, variants: about };
}
