import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { catalogue } from "./scripts/catalogue.mjs";
import { withContentPolicy } from "./scripts/content-policy.mjs";
import { offlinePage } from "./scripts/offline-page.mjs";

/** What `vite build --mode <name>` bundles for Node: each entry becomes `dist/<name>/<entry>.js`. */
const programs: Record<string, Record<string, string>> = {
  cli: { main: "ui/cli/main.ts", worker: "ui/cli/worker.ts" },
  bench: { main: "bench/main.ts", worker: "ui/cli/worker.ts" },
};

export default defineConfig(({ command, mode }) => ({
  ...(mode === "web" && forBrowsers()),
  ...(mode === "offline" && forDisks()),
  ...(command === "build" && programs[mode] !== undefined && forNode(mode)),
  test: {
    include: ["test/**/*.test.ts"],
    // One more than CI has cores: some tests wait for processes, a queue or a browser.
    maxWorkers: 3,
    testTimeout: 120_000,
  },
}));

/** The page, as files that work from any host: `vite --mode web` serves it, `vite build --mode web` writes it. */
function forBrowsers() {
  return {
    ...page(),
    plugins: [catalogue(), contentPolicy()],
    worker: { format: "es" as const },
    build: {
      outDir: "../../dist/web",
      emptyOutDir: true,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  };
}

/** The same page in one file that needs no host: `vite build --mode offline` adds it to the others. */
function forDisks() {
  return {
    ...page(),
    plugins: [catalogue(), offlinePage()],
    resolve: { alias: [{ find: /\?worker$/, replacement: "?worker&inline" }] },
    worker: { format: "iife" as const },
    build: {
      outDir: "../../dist/web",
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false as const,
      cssCodeSplit: false,
      assetsInlineLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: { format: "iife" as const, codeSplitting: false },
        // Nothing is loaded from beside a page that is one file.
        transform: { define: { "import.meta": "{}" } },
      },
    },
  };
}

function page() {
  return {
    root: "ui/web",
    base: "./",
    oxc: { jsx: { runtime: "automatic" as const, importSource: "preact" } },
  };
}

function contentPolicy(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: { order: "post", handler: (html) => withContentPolicy(html, { isAlone: false }) },
  };
}

function forNode(program: string) {
  return {
    ssr: { noExternal: true as const },
    build: {
      ssr: true,
      target: "node20",
      outDir: `dist/${program}`,
      sourcemap: true,
      rolldownOptions: {
        input: programs[program] ?? {},
        output: {
          entryFileNames: "[name].js",
          chunkFileNames: "[name].js",
          banner: (chunk: { isEntry: boolean; name: string }) =>
            chunk.isEntry && chunk.name === "main" ? "#!/usr/bin/env node" : "",
        },
      },
    },
  };
}
