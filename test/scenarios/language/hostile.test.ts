import { test } from "vitest";
import { CASCADE } from "./cascade.ts";
import { said } from "./said.ts";

test("h", () => {
  const t = (n: string, x: string, o = {}) => {
    const a = performance.now();
    const p = said(x, o);
    console.log(n, Math.round(performance.now() - a), p.length, p[0]);
  };
  const many = (n: number, f: (i: number) => string) => Array.from({ length: n }, (_, i) => f(i)).join("");
  t("keys", CASCADE + many(60_000, (i) => `k${i}: 1\n`));
  t("figures", CASCADE.replace("figures:\n", "figures:\n" + many(30_000, (i) => `  f${i}: case\n`)));
  t("nodes", CASCADE.replace("nodes:\n", "nodes:\n" + many(15_000, (i) => `  - { group: g${i}, zone: z${i} }\n`)));
  t(
    "comps",
    CASCADE.replace(
      "components:\n",
      "components:\n" + many(15_000, (i) => `  c${i}: { kind: service, sends: c${i + 1} }\n`),
    ),
  );
  t("checks", CASCADE.replace("checks:\n", "checks:\n" + many(15_000, (i) => `  - ready(x${i}) > 3\n`)));
  t(
    "timeline",
    CASCADE.replace(
      "timeline:\n",
      "timeline:\n" + many(9_000, (i) => `  - { after: e${i + 1}, as: e${i}, do: scale, target: nobody, to: 3 }\n`),
    ),
  );
  t(
    "classes",
    CASCADE.replace("    classes:\n", "    classes:\n" + many(15_000, (i) => `      - { name: ${i}, share: x }\n`)),
  );
  t("variants", CASCADE + many(3_000, (i) => `  v${i}: { of: [both, v${i - 1}], set: { a.b: 1, "*.*": 2 } }\n`));
});
