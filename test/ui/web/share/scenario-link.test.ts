import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Input } from "../../../../scenarios/experiment/input.ts";
import { changed, editsOf } from "../../../../ui/web/share/edits.ts";
import { changedScenario, scenarioIn, wholeScenario } from "../../../../ui/web/share/scenario-link.ts";

const CASCADE = "scale-out-cascade.yaml";
const text = readFileSync(`scenarios/${CASCADE}`, "utf8");
const library = async (file: string): Promise<Input | undefined> =>
  file === CASCADE ? { file, text, attachments: new Map([["arrivals.csv", "at\n1\n"]]) } : undefined;
const own = (file: string, ownText: string): Input => ({ file, text: ownText, attachments: new Map() });

test("a scenario that goes through a link is the same scenario, comments and all (point 37)", async () => {
  const link = await wholeScenario(own("mine.yaml", text));
  const back = await scenarioIn(link, library);
  expect(back).toEqual(own("mine.yaml", text));
  expect(parse(back.text)).toEqual(parse(text));
  expect(link).toMatch(/^1[\w-]+$/);
});

test("the cascade with one value changed is a link of under 300 characters: it carries the difference (point 37)", async () => {
  const fresh = text.replace("max_connections: 59", "max_connections: 118");
  const link = (await changedScenario(own(CASCADE, fresh), library))!;
  expect(link.length).toBeLessThan(300);
  expect((await scenarioIn(link, library)).text).toBe(fresh);
});

test("the scenario of a link reads its arrivals from the library, as the scenario that it changes does", async () => {
  const link = (await changedScenario(own(CASCADE, `${text}# mine\n`), library))!;
  expect((await scenarioIn(link, library)).attachments.get("arrivals.csv")).toBe("at\n1\n");
});

test("what is changed in a scenario that has itself changed is refused, and not put somewhere", async () => {
  const link = (await changedScenario(own(CASCADE, `${text}# mine\n`), library))!;
  const later = async (file: string) => ({ ...own(file, `# a later release\n${text}`) });
  await expect(scenarioIn(link, later)).rejects.toMatchObject({ why: "otherBase" });
  await expect(scenarioIn(link, async () => undefined)).rejects.toMatchObject({ why: "otherBase" });
});

test("a link that was cut off, or is none, is called damaged (point 37)", async () => {
  const link = await wholeScenario(own("mine.yaml", text));
  const bad = [link.slice(0, 900), "", "1", "hello", "1%%%", "2AAAA"];
  for (const each of bad) await expect(scenarioIn(each, library), each).rejects.toMatchObject({ why: "damaged" });
  await expect(scenarioIn(`3${link.slice(1)}`, library)).rejects.toMatchObject({ why: "newer" });
});

test("no letter of a link can be changed without its being noticed (point 37)", async () => {
  const link = await wholeScenario(own("mine.yaml", text.slice(0, 2000)));
  for (let at = 1; at < link.length - 4; at += 3) {
    const wrong = link.slice(0, at) + (link[at] === "A" ? "B" : "A") + link.slice(at + 1);
    await expect(scenarioIn(wrong, library), `letter ${at}`).rejects.toMatchObject({ why: "damaged" });
  }
});

test("a link that would unpack to a gigabyte is given up at two megabytes (point 38)", async () => {
  const link = await wholeScenario(own("bomb.yaml", "a".repeat(30_000_000)));
  expect(link.length).toBeLessThan(60_000);
  await expect(scenarioIn(link, library)).rejects.toMatchObject({ why: "damaged" });
});

test("edits make of one text any other", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((all) => all.join("\n"));
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      expect(changed(before, editsOf(before, after))).toBe(after);
    }),
  );
});
