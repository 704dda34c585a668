import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { loadInput } from "../../../../scenarios/experiment/input.ts";
import { Run } from "../../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../../scenarios/experiment/summary.ts";
import { seal } from "../../../../scenarios/recording/container.ts";
import { encode } from "../../../../scenarios/recording/recording-bytes.ts";
import { contentOf } from "../../../../ui/web/files/read-file.ts";

const FILE = "scenarios/pool-overflow.yaml";
let recorded: Uint8Array<ArrayBuffer>;
beforeAll(() => {
  const input = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() };
  const run = new Run(loadInput(input, { overrides: [] }).scenario!, { replication: 0 });
  while (!run.advance(1e6));
  recorded = encode(recordingOfRun(run, summarize(run, { overrides: [], inputHash: "", cpuSeconds: null })));
});

const utf8 = (text: string) => new TextEncoder().encode(text);
const json = (data: object) => utf8(JSON.stringify(data));
const which = { scenario: "fan-out", variant: null, overrides: [], seed: "1" };
const study = {
  format: "brownout-study/1",
  ...which,
  study: "sweep",
  inputHash: "0",
  complete: true,
  answer: { cells: {} },
};

test("a file is what it begins with, whatever it is called", async () => {
  expect(await contentOf("x.json", gzipSync(recorded))).toMatchObject({ is: "recording" });
  expect(await contentOf("x.yaml", recorded)).toMatchObject({ is: "recording" });
  expect(await contentOf("x.gz", gzipSync("name: mine\n"))).toEqual({
    is: "scenario",
    file: "x.gz",
    text: "name: mine\n",
  });
  expect(await contentOf("people.csv", utf8("at\n1\n"))).toMatchObject({ is: "table" });
  expect(await contentOf("x.yaml", json(study))).toMatchObject({ is: "study", study: { study: "sweep" } });
  const result = { format: "brownout-result/1", ...which, replication: 3, digest: "d" };
  expect(await contentOf("r", json(result))).toEqual({ is: "result", file: "r", run: { ...which, replication: 3 } });
});

test("a file that unpacks to a gigabyte is given up, whatever length it claims (point 38)", async () => {
  const gigabyte = new Uint8Array(1_000_000_000);
  gigabyte.set(recorded.subarray(0, 20_000));
  const bomb = gzipSync(gigabyte, { level: 1 });
  const claim = (length: number) => {
    const claiming = recorded.slice(0, 20_000);
    new Uint32Array(claiming.buffer, 40 + 16, 2).set([0, length]);
    return gzipSync(claiming);
  };
  const cases: readonly [string, Uint8Array][] = [
    ["more than it says", bomb],
    ["as much as it says", claim(1_000_000_000 / 8)],
    ["text", gzipSync("a".repeat(60_000_000))],
  ];
  for (const [name, bytes] of cases) {
    await expect(contentOf(name, bytes), name).rejects.toMatchObject({ fault: { why: "tooLarge" } });
  }
  await expect(contentOf("zeros", gzipSync(new Uint8Array(5_000_000)))).rejects.toMatchObject({
    fault: { why: "unknown" },
  });
});

test("random bytes, half a file and one of a later version are refused, each with its reason (point 38)", async () => {
  const random = Uint8Array.from({ length: 50_000 }, (_, at) => (Math.imul(at + 7, 2654435761) >>> 13) & 255);
  const later = recorded.slice();
  new Uint32Array(later.buffer, 12, 1)[0] = 2;
  seal(later);
  const newResult = json({ format: "brownout-result/2", ...which });
  const cases: readonly [string, Uint8Array, string][] = [
    ["random", random, "unknown"],
    ["empty", new Uint8Array(), "unknown"],
    ["half", gzipSync(recorded).subarray(0, 3000), "damaged"],
    ["two bytes", Uint8Array.of(0x1f, 0x8b), "damaged"],
    ["one bit", recorded.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)), "damaged"],
    ["later layout", later, "newer"],
    ["later result", newResult, "newer"],
    ["other JSON", json({ name: "package" }), "unknown"],
    ["half of JSON", utf8('{"format": "brownout-study/1"'), "damaged"],
    ["deep JSON", utf8("[".repeat(1_000_000)), "damaged"],
    ["deep answer", utf8(JSON.stringify(study).replace("{}", "[".repeat(70) + "]".repeat(70))), "damaged"],
    ["huge number", utf8('{"format":"brownout-result/1","replication":1e999}'), "damaged"],
    ["much text", new Uint8Array(3_000_000).fill(97), "tooLarge"],
  ];
  for (const [name, bytes, why] of cases) {
    await expect(contentOf(name, bytes), name).rejects.toMatchObject({ fault: { why } });
  }
});
