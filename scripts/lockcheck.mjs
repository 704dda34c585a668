// A lock file made where a registry lacks some platform packages installs here and fails on other machines.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const locked = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !locked.has(name))
    .map((name) => `${path} wants ${name}`),
);

if (missing.length > 0) {
  console.error(
    `package-lock.json lacks platform packages, so npm ci would fail elsewhere:\n  ${missing.join("\n  ")}`,
  );
  console.error("Pin a version whose platform packages are all published, then run npm install again.");
  process.exit(1);
}
