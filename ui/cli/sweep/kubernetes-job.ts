import { posix } from "node:path";
import { Document } from "yaml";
import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import { Digest } from "../../../sim/record/digest.ts";
import { WrongInput } from "../exit-code.ts";

/** A study that is to be done in shards on a Kubernetes cluster. */
export interface ClusterOrder {
  readonly input: Input;
  /** The command with its options, without the scenario file, which comes second: "sweep", "--vary", ... */
  readonly args: readonly string[];
  readonly shards: number;
  /** It has brownout in its path, and a shell. */
  readonly image: string;
  /** A PersistentVolumeClaim that is there already, for the results; undefined: one of its own. */
  readonly claim: string | undefined;
}

/** Of all values of a ConfigMap together (kubernetes/pkg/apis/core/validation: MaxSecretSize). */
const LARGEST_CONFIG_MAP = 1024 * 1024;
/** A Job's name, a dash and the index of a pod are its host name, of at most 63 signs. */
const LONGEST_NAME = 50;
const RETRIES_PER_SHARD = 3;
const SCENARIO = "/scenario";
const RESULTS = "/results";
/** Exit code of a wrong command line or scenario: no other try will make it right. */
const WRONG_INPUT = 2;

const SHARD_SCRIPT = 'exec brownout "$@" --jobs 1 --results "$RESULTS" --shard "$((JOB_COMPLETION_INDEX + 1))/$SHARDS"';
const MERGE_SCRIPT =
  'brownout merge "$RESULTS" --json - 2>"$RESULTS/report.txt" || { code=$?; cat "$RESULTS/report.txt" >&2; exit $code; }';

/**
 * What `kubectl apply` takes to do a study in shards: an Indexed Job with a pod for each shard, its scenario as a
 * ConfigMap, a volume for what is finished, and a second Job, suspended, that puts the shards together. A shard whose pod
 * is lost begins again, and does not run again what is in the volume.
 *
 * Throws a WrongInput for what does not fit in a ConfigMap, or names files by where they are on this machine.
 */
export function kubernetesJob(order: ClusterOrder): string {
  const name = nameOf(order);
  const files = new ScenarioFiles(order.input);
  const claim = order.claim ?? name;
  const pod = { name, claim, image: order.image, files, shards: order.shards };
  const merge = `${name}-merge`;
  const documents = [
    configMap(name, files),
    ...(order.claim === undefined ? [volumeClaim(name)] : []),
    shardsJob(pod, order.args),
    mergeJob(merge, pod),
  ].map((resource) => new Document(resource, { version: "1.1" }));
  documents[0]!.commentBefore = instructions(name, merge, order);
  for (const document of documents) document.directives!.docStart = true;
  return documents.map((document) => document.toString({ lineWidth: 0 })).join("");
}

interface Pod {
  readonly name: string;
  readonly claim: string;
  readonly image: string;
  readonly files: ScenarioFiles;
  readonly shards: number;
}

function instructions(name: string, merge: string, { shards, claim }: ClusterOrder): string {
  const where = claim === undefined ? "its own volume, which all pods share (ReadWriteMany)" : `the volume of ${claim}`;
  return ` ${shards} shards of one study, each in a pod of its own; finished runs are kept in ${where}.
 Give this file a namespace and a storage class as your cluster wants them, and then:

   kubectl apply --server-side -f THIS-FILE
   kubectl wait --for=condition=complete --timeout=24h job/${name}
   kubectl patch job/${merge} --type=merge -p '{"spec":{"suspend":false}}'
   kubectl wait --for=condition=complete --timeout=10m job/${merge}
   kubectl logs job/${merge} > answer.json

 The report is in report.txt in the volume. A shard that fails is tried ${RETRIES_PER_SHARD} times more, and goes on where it was.
 To begin again: kubectl delete job/${name} job/${merge}, and apply once more.
 To clean up: kubectl delete -f THIS-FILE`;
}

function metadata(name: string) {
  return { name, labels: { "app.kubernetes.io/name": "brownout" } };
}

function configMap(name: string, { data }: ScenarioFiles) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(name), data };
}

function volumeClaim(name: string) {
  const spec = { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: metadata(name), spec };
}

function shardsJob(pod: Pod, [command = "", ...options]: readonly string[]) {
  const { name, shards, files } = pod;
  const rules = [
    { action: "FailJob", onExitCodes: { containerName: "brownout", operator: "In", values: [WRONG_INPUT] } },
  ];
  const spec = {
    completionMode: "Indexed",
    completions: shards,
    parallelism: shards,
    backoffLimitPerIndex: RETRIES_PER_SHARD,
    podFailurePolicy: { rules },
    template: template(pod, SHARD_SCRIPT, [command, files.name, ...options]),
  };
  return { apiVersion: "batch/v1", kind: "Job", metadata: metadata(name), spec };
}

function mergeJob(name: string, pod: Pod) {
  const spec = { suspend: true, backoffLimit: 0, template: template(pod, MERGE_SCRIPT, []) };
  return { apiVersion: "batch/v1", kind: "Job", metadata: metadata(name), spec };
}

function template({ name, claim, image, files, shards }: Pod, script: string, args: readonly string[]) {
  const container = {
    name: "brownout",
    image,
    workingDir: files.folder,
    command: ["/bin/sh", "-c", script, "brownout"].map(literally),
    args: args.map(literally),
    env: [
      { name: "RESULTS", value: RESULTS },
      { name: "SHARDS", value: String(shards) },
    ],
    resources: { requests: { cpu: "1", memory: "512Mi" }, limits: { memory: "2Gi" } },
    securityContext: { allowPrivilegeEscalation: false },
    volumeMounts: [
      { name: "scenario", mountPath: SCENARIO, readOnly: true },
      { name: "results", mountPath: RESULTS, subPath: name },
    ],
  };
  const volumes = [
    { name: "scenario", configMap: { name, items: files.items } },
    { name: "results", persistentVolumeClaim: { claimName: claim } },
  ];
  const labels = { "app.kubernetes.io/name": "brownout" };
  const spec = { restartPolicy: "Never", automountServiceAccountToken: false, containers: [container], volumes };
  return { metadata: { labels }, spec };
}

/** Kubernetes puts variables in place of `$(NAME)` in commands; `$$` is one dollar. */
function literally(word: string): string {
  return word.replaceAll("$", "$$$$");
}

/** A scenario and what it names as keys of a ConfigMap, and where these lie as files. */
class ScenarioFiles {
  readonly name: string;
  /** Of the scenario, in the container. */
  readonly folder: string;
  readonly data: Readonly<Record<string, string>>;
  readonly items: readonly { readonly key: string; readonly path: string }[];

  constructor({ file, text, attachments }: Input) {
    this.name = posix.basename(file.replaceAll("\\", "/"));
    const named = [...attachments].flatMap(([path, content]) => (content === null ? [] : [{ path, content }]));
    const depth = Math.max(0, ...named.map(({ path }) => depthOf(file, path)));
    const inner = posix.join(...Array.from({ length: depth }, (_, at) => `folder-${at + 1}`));
    this.folder = posix.join(SCENARIO, inner);
    const keyed = [{ path: this.name, content: text }, ...named].map(({ path, content }, at) => {
      return { key: at === 0 ? "scenario" : `file-${at}`, path: posix.join(inner, path), content };
    });
    this.items = keyed.map(({ key, path }) => ({ key, path }));
    this.data = Object.fromEntries(keyed.map(({ key, content }) => [key, content]));
    const size = keyed.reduce((sum, { key, content }) => sum + key.length + Buffer.byteLength(content), 0);
    if (size > LARGEST_CONFIG_MAP) {
      const right = `at most ${LARGEST_CONFIG_MAP}, which is all that a ConfigMap holds; brownout worker has no such limit`;
      throw new WrongInput(`${file}: with the files that it names it has ${size} bytes; expected ${right}`);
    }
  }
}

/** How many folders above that of the scenario a file is. */
function depthOf(file: string, path: string): number {
  const normal = posix.normalize(path);
  if (posix.isAbsolute(normal) || /^[A-Za-z]:|\\/.test(path)) {
    throw new WrongInput(
      `${file}: it names ${path}; expected a path from the scenario's folder, which a pod can have too`,
    );
  }
  return normal.split("/").filter((part) => part === "..").length;
}

/** A DNS label that says which study of which scenario it is: another study has another name. */
function nameOf({ input, args, shards }: ClusterOrder): string {
  const scenario = posix.basename(input.file.replaceAll("\\", "/")).replace(/\.ya?ml$/i, "");
  const words = `brownout-${args[0]}-${scenario}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const id = new Digest().add([inputHash(input), args, shards]).hex.slice(0, 8);
  return `${words.slice(0, LONGEST_NAME - id.length - 1).replace(/-+$/, "")}-${id}`;
}
