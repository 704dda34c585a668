import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { kubernetesJob } from "../../../ui/cli/sweep/kubernetes-job.ts";
import { CHEAP, Folder, MAIN } from "./brownout.ts";

// biome-ignore lint/suspicious/noExplicitAny: a manifest is read as kubectl reads it, whatever is in it.
type Resource = any;

/** As kubectl reads YAML: version 1.1, where `yes` is true. */
function resources(manifest: string): Resource[] {
  return parseAllDocuments(manifest, { version: "1.1" }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

/** Puts a ConfigMap where a pod has it. */
function mount(folder: Folder, configMap: Resource, { volumes, containers }: Resource): string {
  for (const { key, path } of volumes[0].configMap.items) {
    const file = folder.at(join("pod/scenario", path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, configMap.data[key]);
  }
  mkdirSync(folder.at("pod/results"), { recursive: true });
  mkdirSync(folder.at("bin"), { recursive: true });
  writeFileSync(folder.at("bin/brownout"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`, { mode: 0o755 });
  return folder.at(join("pod", containers[0].workingDir));
}

/** Starts the container of a pod as a process of this machine, which sees its own folders as those of the pod. */
function startPod(folder: Folder, cwd: string, { containers: [container] }: Resource, index?: number): ChildProcess {
  const words: string[] = [...container.command, ...container.args].map((word) => word.replaceAll("$$", "$"));
  const given = Object.fromEntries(container.env.map(({ name, value }: Resource) => [name, value]));
  const env = {
    ...{ ...process.env, PATH: `${folder.at("bin")}:${process.env.PATH}` },
    ...{ ...given, RESULTS: folder.at(join("pod", given.RESULTS)), JOB_COMPLETION_INDEX: index?.toString() },
  };
  return spawn(words[0]!, words.slice(1), { cwd, env });
}

function ended(pod: ChildProcess): Promise<{ code: number | null; out: string }> {
  let out = "";
  pod.stdout?.on("data", (part) => {
    out += part;
  });
  return new Promise((resolve) => pod.on("close", (code) => resolve({ code, out })));
}

function linesIn(folder: Folder): number {
  const files = readdirSync(folder.at("pod/results")).map((name) => folder.at(`pod/results/${name}`));
  return files.reduce((sum, file) => sum + readFileSync(file, "utf8").split("\n").length - 1, 0);
}

const SWEEP = ["sweep", "cheap.yaml", "--vary", "people.rate=10/s..40/s/6", "--set", "server.queue=8"];
const MORE = ["--replications", "12", "--json", "whole.json"];
const EMIT = ["--emit", "kubernetes", "--image", "registry.example/brownout:0.1.0"];

test("the pods of an emitted Job, one of them killed and begun again, and its merge give the bytes of the sweep", async () => {
  const folder = new Folder({ "cheap.yaml": CHEAP });
  const whole = await folder.brownout([...SWEEP, ...MORE]);
  expect(whole.code).toBe(0);
  const { code, out } = await folder.brownout([...SWEEP, ...MORE, ...EMIT, "--shards", "3"]);
  expect(code).toBe(0);
  const [configMap, claim, job, merge] = resources(out);
  expect([configMap.kind, claim.kind, job.kind, merge.kind]).toEqual([
    "ConfigMap",
    "PersistentVolumeClaim",
    "Job",
    "Job",
  ]);
  expect(job).toMatchObject({
    apiVersion: "batch/v1",
    spec: { completionMode: "Indexed", completions: 3, parallelism: 3, backoffLimitPerIndex: 3 },
  });
  const pod = job.spec.template.spec;
  expect([pod.restartPolicy, pod.containers[0].image]).toEqual(["Never", "registry.example/brownout:0.1.0"]);
  expect(configMap.data.scenario).toBe(CHEAP);
  const cwd = mount(folder, configMap, pod);
  const killed = startPod(folder, cwd, pod, 1);
  const end = ended(killed);
  while (linesIn(folder) < 5) await pause(10);
  killed.kill("SIGKILL");
  expect((await end).code).toBe(null);
  for (const index of [0, 1, 2]) expect((await ended(startPod(folder, cwd, pod, index))).code).toBe(0);
  expect(linesIn(folder) - readdirSync(folder.at("pod/results")).length).toBe(6 * 12);
  const merged = await ended(startPod(folder, cwd, merge.spec.template.spec));
  expect([merge.spec.suspend, merged.code]).toEqual([true, 0]);
  expect(JSON.parse(merged.out)).toEqual(JSON.parse(readFileSync(folder.at("whole.json"), "utf8")));
  expect(merged.out.trimEnd()).toBe(readFileSync(folder.at("whole.json"), "utf8"));
});

test("a scenario comes out of the manifest as it went in, with the files that it names where it looks for them", () => {
  const text = "name: a\r\n# \t yes: no  \u00E5\u{1F600}\n  on: 0o17\n\n\ntrailing: 'x'   ";
  const attachments = new Map([
    ["../shared/limits.csv", "a,b\n1,2"],
    ["loads/day.csv", ""],
    ["not-there.csv", null],
  ]);
  const input = { file: "some/where/My Scenario!.yaml", text, attachments };
  const args = ["sweep", "--set", "x=$(HOME) $$ $x", "--measure", "yes"];
  const order = { input, args, shards: 12_345, image: "brownout", claim: "there-already" };
  const [configMap, job, merge, ...others] = resources(kubernetesJob(order));
  expect(others).toEqual([]);
  expect(Object.values(configMap.data)).toEqual([text, "a,b\n1,2", ""]);
  const { containers, volumes } = job.spec.template.spec;
  expect(volumes[0].configMap.items.map(({ path }: Resource) => join("/scenario", path))).toEqual([
    "/scenario/folder-1/My Scenario!.yaml",
    "/scenario/shared/limits.csv",
    "/scenario/folder-1/loads/day.csv",
  ]);
  expect(containers[0].workingDir).toBe("/scenario/folder-1");
  expect(containers[0].args.map((word: string) => word.replaceAll("$$", "$"))).toEqual([
    "sweep",
    "My Scenario!.yaml",
    ...args.slice(1),
  ]);
  expect(volumes[1].persistentVolumeClaim.claimName).toBe("there-already");
  for (const { metadata } of [configMap, job, merge]) expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/);
  expect(`${job.metadata.name}-12344`.length).toBeLessThanOrEqual(63);
  expect(kubernetesJob({ ...order, args: ["sweep"] })).not.toContain(job.metadata.name);
});

test("what no ConfigMap can hold, no pod can find or no cluster would take is refused before anything is printed", async () => {
  const order = { args: ["sweep"], shards: 2, image: "brownout", claim: undefined };
  const large = { file: "x.yaml", text: "x", attachments: new Map([["a.csv", "1".repeat(1024 * 1024)]]) };
  expect(() => kubernetesJob({ ...order, input: large })).toThrow(
    /x\.yaml: with the files .* 1048591 bytes; expected at/,
  );
  const elsewhere = { ...large, attachments: new Map([["/data/a.csv", "1"]]) };
  expect(() => kubernetesJob({ ...order, input: elsewhere })).toThrow(/it names \/data\/a\.csv; expected a path from/);
  const folder = new Folder({ "cheap.yaml": CHEAP });
  for (const [wrong, says] of [
    [["--emit", "kubernetes"], "expected --image, too"],
    [["--shards", "3", "--claim", "mine"], "--shards is about a manifest: expected --emit kubernetes, too"],
    [["--image", "x"], "--image is about a manifest"],
    [[...EMIT, "--image", "an image"], '--image "an image": expected the name of an image'],
    [[...EMIT, "--image", "x'y"], "expected the name of an image"],
    [[...EMIT, "--claim", "My Claim"], "--claim My Claim: expected the name of a PersistentVolumeClaim"],
    [[...EMIT, "--refine"], "shards cannot refine; expected --no-refine"],
    [[...EMIT, "--at-most", "10"], "The sweep was not begun"],
    [[...EMIT, "--shards", "0"], "Expected a whole number from 1 to"],
    [["--emit", "helm"], "Allowed choices are kubernetes"],
  ] as const) {
    const { code, out, err } = await folder.brownout([...SWEEP, ...wrong]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(says);
  }
});
