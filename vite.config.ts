import { defineConfig } from "vitest/config";
import { catalogue } from "./scripts/catalogue.mjs";

/** What `vite build --mode <name>` bundles for Node: each entry becomes `dist/<name>/<entry>.js`. */
const programs: Record<string, Record<string, string>> = {
  cli: { main: "ui/cli/main.ts", worker: "ui/cli/worker.ts" },
  bench: { main: "bench/main.ts", worker: "ui/cli/worker.ts" },
};

export default defineConfig(({ command, mode }) => ({
  ...(mode === "web" && forBrowsers()),
  ...(command === "build" && mode !== "web" && forNode(mode)),
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
  },
}));

/** The page, as files that work from any host: `vite --mode web` serves it, `vite build --mode web` writes it. */
function forBrowsers() {
  return {
    root: "ui/web",
    base: "./",
    plugins: [catalogue()],
    oxc: { jsx: { runtime: "automatic" as const, importSource: "preact" } },
    worker: { format: "es" as const },
    build: { outDir: "../../dist/web", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
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
