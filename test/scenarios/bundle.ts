import { fileURLToPath } from "node:url";
import { build } from "vite";

/** `replay.ts` and all that it needs as one script, which defines the global `brownout`. */
export async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry: fileURLToPath(new URL("replay.ts", import.meta.url)), formats: ["iife"], name: "brownout" },
    },
  });
  const [output] = [built].flat();
  if (output === undefined || !("output" in output)) throw new Error("nothing was bundled");
  return output.output[0].code;
}
