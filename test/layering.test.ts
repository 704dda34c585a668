import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LINE = ["sim", "models", "scenarios", "ui"];

/** Packages a part may use; what is not listed here belongs further right. */
const PACKAGES: Record<string, string[]> = {
  sim: ["seedrandom/lib/alea.js"],
  models: ["re2js", "zod"],
  scenarios: ["zod", "yaml"],
};

test("each part imports only itself and what is to its left: sim, models, scenarios, ui", () => {
  const wrong = sources(LINE).flatMap(({ path, code }) => {
    const part = path.split("/")[0] ?? "";
    const allowed = LINE.slice(0, LINE.indexOf(part) + 1);
    return imports(code)
      .filter((target) => target.startsWith("."))
      .map((target) =>
        relative(ROOT, resolve(ROOT, dirname(path), target))
          .split(sep)
          .join("/"),
      )
      .filter((target) => !allowed.includes(target.split("/")[0] ?? ""))
      .map((target) => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("the parts that must also run in a browser use no package but those named here", () => {
  const wrong = sources(Object.keys(PACKAGES)).flatMap(({ path, code }) =>
    imports(code)
      .filter((target) => !target.startsWith(".") && !PACKAGES[path.split("/")[0] ?? ""]?.includes(target))
      .map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("a run is one synchronous loop of exactly specified arithmetic: no async, no await, no ** in sim and models", () => {
  const wrong = sources(["sim", "models"]).flatMap(({ path, code }) =>
    [...withoutStrings(code).matchAll(/\basync\b|\bawait\b|\*\*/g)].map((match) => `${path} uses ${match[0]}`),
  );
  expect(wrong).toEqual([]);
});

/** Every TypeScript source of these parts, without its comments. */
function sources(parts: string[]): { path: string; code: string }[] {
  return parts.flatMap((part) =>
    readdirSync(resolve(ROOT, part), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => `${part}/${file.split(sep).join("/")}`)
      .map((path) => ({ path, code: withoutComments(readFileSync(resolve(ROOT, path), "utf8")) })),
  );
}

/** A string is matched before a comment, so that a `//` inside one is not taken for a comment. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g;

function withoutComments(source: string): string {
  return source.replace(STRING_OR_COMMENT, (_, text: string | undefined) => text ?? "");
}

function withoutStrings(code: string): string {
  return code.replace(STRING_OR_COMMENT, '""');
}

function imports(code: string): string[] {
  const targets = /\bfrom\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g;
  return [...code.matchAll(targets)].map((match) => match[1] ?? match[2] ?? "");
}
