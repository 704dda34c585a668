import { withContentPolicy } from "./content-policy.mjs";

/**
 * Makes the whole page one file, offline.html: its program, its style and its engine stand in it. Browsers load no modules
 * from disk, so it is what index.html leads to there; and with a run put into it, it is a report.
 * @returns {import("vite").Plugin}
 */
export function offlinePage() {
  return {
    name: "offline-page",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const page = files.find(({ fileName }) => fileName === "index.html");
      const program = files.find((file) => file.type === "chunk" && file.isEntry);
      if (page?.type !== "asset" || program?.type !== "chunk") throw new Error("the page or its program is missing");
      const style = files.filter(({ fileName }) => fileName.endsWith(".css"));
      const css = style.map((file) => (file.type === "asset" ? String(file.source) : "")).join("\n");
      const html = inOne(String(page.source), inline(program.code), css);
      for (const file of Object.keys(bundle)) delete bundle[file];
      this.emitFile({ type: "asset", fileName: "offline.html", source: withContentPolicy(html, { isAlone: true }) });
    },
  };
}

/** The page of index.html with everything that it loads in it, and a place for a run. */
function inOne(/** @type {string} */ html, /** @type {string} */ code, /** @type {string} */ css) {
  const head = html
    .replace(/\s*<script[^>]*>[\s\S]*?<\/script>/g, "")
    .replace(/\s*<link rel="(?:stylesheet|modulepreload)"[^>]*>/g, "")
    .replace("</head>", () => `  <style>${css}</style>\n  </head>`);
  const run = '<script id="run" type="application/json"></script>';
  return head.replace("</body>", () => `  ${run}\n    <script id="program">${code}</script>\n  </body>`);
}

/**
 * A program as it may stand in a page: nothing in it ends the element that it is in, or begins a comment, and there is no
 * character that a page reads as another.
 */
function inline(/** @type {string} */ code) {
  const quoted = { "\0": "\\x00", "<!--": "<\\!--", "</": "<\\/", "<": "\\x3c" };
  return code.replaceAll(/\0|<!--|<\/?(?=script)/gi, (found) => quoted[/** @type {keyof typeof quoted} */ (found)]);
}
