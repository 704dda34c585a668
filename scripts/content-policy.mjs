import { createHash } from "node:crypto";

/**
 * What a built page may load and run: its own files, and nothing from anywhere else. Scripts and styles that stand in
 * the page itself are named by their hashes, so that nothing else that looks like one ever runs.
 * @param {string} html
 * @param {{ isAlone: boolean }} options `isAlone`: the page is one file, and has no other files to load.
 */
export function withContentPolicy(html, { isAlone }) {
  const own = isAlone ? "" : " 'self'";
  const policy = [
    "default-src 'none'",
    `script-src${own}${hashes(html, "script")}`,
    `style-src${own}${hashes(html, "style")}`,
    `img-src${own} data: blob:`,
    `worker-src${own} blob:`,
    `connect-src ${isAlone ? "'none'" : "'self'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}" />`;
  return html.replace('<meta charset="utf-8" />', (charset) => `${charset}\n    ${meta}`);
}

/** Data in a script element is never run, and needs no hash. */
const INLINE = {
  script: /<script(?![^>]*\b(?:src|type="application))[^>]*>([\s\S]+?)<\/script>/g,
  style: /<style[^>]*>([\s\S]+?)<\/style>/g,
};

function hashes(/** @type {string} */ html, /** @type {"script" | "style"} */ tag) {
  const inline = [...html.matchAll(INLINE[tag])].map(([, text]) => text ?? "");
  return inline.map((text) => ` 'sha256-${createHash("sha256").update(text).digest("base64")}'`).join("");
}
