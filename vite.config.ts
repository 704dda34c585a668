import { defineConfig } from "vitest/config";

/** What `vite build --mode <name>` bundles for Node: each entry becomes `dist/<name>/<entry>.js`. */
const programs: Record<string, Record<string, string>> = {
  cli: { main: "ui/cli/main.ts", worker: "ui/cli/worker.ts" },
  bench: { main: "bench/main.ts" },
};

export default defineConfig(({ command, mode }) => ({
  ...(command === "build" && forNode(mode)),
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
  },
}));

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
